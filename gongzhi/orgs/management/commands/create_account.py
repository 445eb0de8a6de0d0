"""`gongzhi create-account USERNAME`: make an account, also with a post: the way in for the first manager."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import DomainError
from gongzhi.orgs import actions, queries


class Command(BaseCommand):
    help = "Make an account and print its first password, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="name of the person, shown everywhere")
        parser.add_argument("--mail", default="", help="mail address")
        parser.add_argument("--role", default="", help="role of a first post, for example system_manager")
        parser.add_argument("--unit", default=settings.COUNTY_CODE, metavar="CODE", help="unit of that post")

    def handle(self, **options: Any) -> None:
        try:
            with transaction.atomic():
                first = self._create(options, clock.now())
        except DomainError as error:
            raise CommandError(f"{error.message} {error.hint}".strip()) from error
        self.stdout.write(first)

    def _create(self, options: dict[str, Any], at: datetime) -> str:
        user, first = actions.create_account(
            username=options["username"], full_name=options["name"], email=options["mail"], by=SYSTEM, at=at
        )
        if options["role"]:
            unit = queries.unit_at(options["unit"], queries.day_of(at))
            actions.appoint(user=user, role=options["role"], unit=unit, by=SYSTEM, at=at)
        return first
