"""`gongzhi token USERNAME`: make a bearer token for a program that acts for a person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import DomainError
from gongzhi.orgs import actions, queries


class Command(BaseCommand):
    help = "Print a new access token for an account, once. It may do what the posts of the account allow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=90, help="how long it works (default: 90)")
        parser.add_argument("--name", default="command line", help="what it is for, shown to its owner")

    def handle(self, **options: Any) -> None:
        user = queries.find_account(options["username"])
        if user is None:
            raise CommandError(f"there is no account {options['username']}")
        try:
            _token, raw = actions.issue_token(
                user=user, name=options["name"], days=options["days"], by=SYSTEM, at=clock.now()
            )
        except DomainError as error:
            raise CommandError(f"{error.message} {error.hint}".strip()) from error
        self.stdout.write(raw)
