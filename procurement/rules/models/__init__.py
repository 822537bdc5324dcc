from procurement.rules.models.rule_set import NoRuleSetInForce, RuleSet, RuleSetQuerySet

__all__ = ["NoRuleSetInForce", "RuleSet", "RuleSetQuerySet"]
