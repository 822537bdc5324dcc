"""``{% load masking %}{{ organization.contact_phone|mask }}``, ``|mask:"account"``, ``|mask:"name"``."""

from django import template

from procurement.privacy.masking import masked

register = template.Library()
register.filter("mask", masked)
