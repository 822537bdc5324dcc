"""``manage.py reset_second_factor USERNAME --reason "…"``: for who has lost phone and codes, after checking who asks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from procurement.access.models import User
from procurement.accounts.services.factors import reset_for


class Command(BaseCommand):
    help = "Take a lost second factor off an account; the person sets up a new one at the next sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"no account {options['username']}")
        reset_for(person, reason=options["reason"])
        self.stdout.write(f"{person.username}: the second factor is gone; the journal has the reason")
