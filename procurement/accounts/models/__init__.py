from procurement.accounts.models.factor import RecoveryCode, SecondFactor
from procurement.accounts.models.sign_in import SignIn

__all__ = ["RecoveryCode", "SecondFactor", "SignIn"]
