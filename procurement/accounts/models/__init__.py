from procurement.accounts.models.factor import RecoveryCode, SecondFactor
from procurement.accounts.models.identity import ExternalIdentity
from procurement.accounts.models.sign_in import SignIn

__all__ = ["ExternalIdentity", "RecoveryCode", "SecondFactor", "SignIn"]
