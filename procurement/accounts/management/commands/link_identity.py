"""``manage.py link_identity USERNAME SUBJECT``: from now on this subject of the sign-in service is this account."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from procurement.access.models import User
from procurement.accounts.services.identities import link


class Command(BaseCommand):
    help = "Link an account to a subject of the OpenID Connect provider."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("subject")

    def handle(self, *args: Any, **options: Any) -> None:
        issuer = settings.OIDC["issuer"]
        if not issuer:
            raise CommandError("set OIDC_ISSUER first")
        person = User.objects.filter(username=options["username"], is_system=False).first()
        if person is None:
            raise CommandError(f"no account {options['username']}")
        link(person, issuer=issuer, subject=options["subject"])
        self.stdout.write(f"{person.username} is {options['subject']} at {issuer}")
