"""`gongzhi wechat-menu`: show the menu of the WeChat account, or put it in force."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongzhi.channels.wechat import port


class Command(BaseCommand):
    help = "Show the menu of the WeChat official account; with --publish, put it in force."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--publish", action="store_true", help="put the menu in force at WeChat")

    def handle(self, *args: Any, **options: Any) -> None:
        menu = port.menu()
        self.stdout.write(json.dumps(menu, ensure_ascii=False, indent=1))
        if options["publish"]:
            try:
                port.HttpPort().publish_menu(menu)
            except (port.PortFailed, port.PortRefused) as trouble:
                raise CommandError(f"WeChat did not take it: {trouble}") from trouble
            self.stderr.write("published")
