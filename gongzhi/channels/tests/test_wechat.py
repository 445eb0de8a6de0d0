"""The WeChat account as WeChat's own server sees it: the peer that signs and seals was not written here."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from gongzhi.audit.models import AuditEvent
from gongzhi.cases.actions import handling
from gongzhi.cases.lifecycle import Channel, Outcome, State
from gongzhi.cases.models import Attachment, Case, Transition
from gongzhi.cases.queries import tracking
from gongzhi.channels import jobs, rules
from gongzhi.channels.models import Follower, Media, Received
from gongzhi.channels.tests.deciding import decide
from gongzhi.channels.wechat import commands, messages, port
from gongzhi.channels.wechat.sealing import Seal
from gongzhi.core import clock
from gongzhi.core.errors import DomainError
from gongzhi.core.signatures import Forged
from tests.cast import Cast
from tests.stage import PHONE, Stage, picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
ADDRESS = "/channels/wechat/"
OPENID = "oNeighbour_0001"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TEXT = "城关镇三元村三组的路灯全坏了，晚上看不见。"


def signed(token: str, moment: str, nonce: str) -> str:
    signer = WeChatSigner()
    signer.add_data(token, moment, nonce)
    return str(signer.signature)


@dataclass
class Server:
    """WeChat's side of the callback, in plain or in sealed mode."""

    client: Client
    settings: Any
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def query(self, **changed: str) -> dict[str, str]:
        moment, nonce = str(int(clock.now().timestamp())), f"n{next(self.numbers)}"
        made = {"timestamp": moment, "nonce": nonce, "openid": OPENID}
        return made | {"signature": signed("token", moment, nonce)} | changed

    def xml(
        self, kind: str = "text", *, message: int | None = None, sender: str = OPENID, **fields: str
    ) -> str:
        rows = {"ToUserName": "gh_account", "FromUserName": sender, "MsgType": kind}
        rows |= {"CreateTime": str(int(clock.now().timestamp())), **fields}
        if kind != "event":
            rows["MsgId"] = str(message or 24_000_000_000_000_000 + next(self.numbers))
        return "<xml>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in rows.items()) + "</xml>"

    def post(self, body: str | bytes, **query: str) -> Any:
        address = f"{ADDRESS}?{urlencode(self.query(**query))}"
        return self.client.post(address, body, content_type="text/xml")

    def say(self, kind: str = "text", **fields: Any) -> str:
        """Send a message as the account is set; return the words of the reply."""
        return self.replied(self.send(self.xml(kind, **fields)))

    def send(self, xml: str) -> Any:
        if not self.settings.WECHAT_AES_KEY:
            return self.post(xml)
        query = self.query(encrypt_type="aes")
        sealed = self.peer.encrypt_message(xml, query["nonce"], query["timestamp"])
        root = ElementTree.fromstring(sealed)
        query["msg_signature"] = root.findtext("MsgSignature") or ""
        body = f"<xml><ToUserName>gh</ToUserName><Encrypt>{root.findtext('Encrypt')}</Encrypt></xml>"
        return self.client.post(f"{ADDRESS}?{urlencode(query)}", body, content_type="text/xml")

    @property
    def peer(self) -> WeChatCrypto:
        return WeChatCrypto("token", AES_KEY, self.settings.WECHAT_APP_ID)

    def replied(self, answer: Any) -> str:
        assert answer.status_code == 200, answer.content.decode()
        if answer.content == b"success":
            return ""
        content = answer.content.decode()
        if self.settings.WECHAT_AES_KEY:
            root = ElementTree.fromstring(content)
            content = self.peer.decrypt_message(
                content, root.findtext("MsgSignature"), root.findtext("TimeStamp"), root.findtext("Nonce")
            )
        root = ElementTree.fromstring(content)
        assert root.findtext("ToUserName") == OPENID
        assert root.findtext("MsgType") == "text"
        return root.findtext("Content") or ""


@pytest.fixture(params=["plain", "sealed"])
def server(request: pytest.FixtureRequest, client: Client, doors: Any, cast: Cast, now: datetime) -> Server:
    doors.WECHAT_AES_KEY = AES_KEY if request.param == "sealed" else ""
    return Server(client, doors)


@pytest.fixture
def plain(client: Client, doors: Any, cast: Cast, now: datetime) -> Server:
    return Server(client, doors)


def test_the_address_proves_itself_by_the_echo(plain: Server) -> None:
    good = plain.query(echostr="5837397576500011341")
    assert plain.client.get(ADDRESS, good).content == b"5837397576500011341"
    for change in ({"signature": "0" * 40}, {"nonce": "other"}, {"signature": ""}, {"timestamp": "abc"}):
        assert plain.client.get(ADDRESS, good | change).status_code == 403


def test_without_an_account_there_is_nothing_here(plain: Server) -> None:
    plain.settings.WECHAT_TOKEN = ""
    assert plain.client.get(ADDRESS, plain.query()).status_code == 404


def test_a_text_becomes_a_matter_with_number_and_link_in_the_reply(server: Server, cast: Cast) -> None:
    reply = server.say(Content=TEXT)
    case = Case.objects.get()
    assert case.number in reply
    assert f"/t/{case.number}/{tracking.code_of(case)}/" in reply
    assert (case.text, case.channel, case.place) == (TEXT, Channel.WECHAT, cast.units.village)
    assert case.registered_by is None
    event = AuditEvent.objects.filter(subject=f"case:{case.number}").get()
    assert (event.door, event.actor_key) == ("wechat", "resident")


def test_the_same_message_sent_three_times_is_one_matter_and_one_answer(server: Server) -> None:
    xml = server.xml(Content=TEXT)
    replies = {server.replied(server.send(xml)) for _again in range(3)}
    assert len(replies) == 1
    assert Case.objects.count() == Received.objects.count() == 1


def test_an_event_sent_three_times_counts_once(plain: Server, stage: Stage) -> None:
    case = _followed(plain, stage)
    xml = plain.xml("event", Event="CLICK", EventKey="RATE_5")
    replies = {plain.replied(plain.send(xml)) for _again in range(3)}
    assert len(replies) == 1
    assert Transition.objects.filter(case=case, move="confirm").count() == 1


def test_a_forged_or_old_callback_is_a_403_logged_once_and_makes_nothing(
    plain: Server, caplog: pytest.LogCaptureFixture
) -> None:
    old = str(int((clock.now() - timedelta(minutes=6)).timestamp()))
    early = str(int((clock.now() + timedelta(minutes=6)).timestamp()))
    for query in (
        {"signature": "0" * 40},
        {"timestamp": old, "signature": signed("token", old, "n"), "nonce": "n"},
        {"timestamp": early, "signature": signed("token", early, "n"), "nonce": "n"},
        {"timestamp": "٣", "signature": signed("token", "٣", "n"), "nonce": "n"},
    ):
        caplog.clear()
        answer = plain.post(plain.xml(Content=TEXT), **query)
        assert (answer.status_code, answer.content) == (403, b"forged")
        assert len([line for line in caplog.records if line.levelname != "INFO"]) == 1
        assert TEXT not in caplog.text
    assert not Case.objects.exists()


def test_a_signature_serves_for_one_message_only(plain: Server) -> None:
    query = plain.query()
    address = f"{ADDRESS}?{urlencode(query)}"
    first, second = plain.xml(Content=TEXT), plain.xml(Content="别的事情，三元村。")
    assert plain.client.post(address, first, content_type="text/xml").status_code == 200
    assert plain.client.post(address, second, content_type="text/xml").status_code == 403
    assert plain.client.post(address, first, content_type="text/xml").status_code == 200
    assert Case.objects.count() == 1


def test_a_number_of_a_message_with_other_content_is_no_repetition(plain: Server) -> None:
    plain.say(Content=TEXT, message=7)
    assert plain.send(plain.xml(Content="改了的话", message=7)).status_code == 403
    assert Case.objects.count() == 1


def test_with_a_key_only_sealed_messages_of_this_account_are_taken(plain: Server) -> None:
    plain.settings.WECHAT_AES_KEY = AES_KEY
    assert plain.post(plain.xml(Content=TEXT)).status_code == 403
    query = plain.query(encrypt_type="aes")
    other = WeChatCrypto("token", AES_KEY, "wx_somebody_else")
    wrong = WeChatCrypto("token", AES_KEY[::-1], plain.settings.WECHAT_APP_ID)
    for peer in (other, wrong):
        sealed = peer.encrypt_message(plain.xml(Content=TEXT), query["nonce"], query["timestamp"])
        query["msg_signature"] = ElementTree.fromstring(sealed).findtext("MsgSignature") or ""
        answer = plain.client.post(f"{ADDRESS}?{urlencode(query)}", sealed, content_type="text/xml")
        assert answer.status_code == 403
    assert not Case.objects.exists()


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY b{n} "{"&a;" * 10}">' for n in range(9))
    + "]><xml><Content>&b8;</Content></xml>"
)
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (BOMB, 400),
        (FILE, 400),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><xml/>', 400),
        ("", 400),
        ("no xml", 400),
        ("<xml><MsgType>text</MsgType></xml>", 400),
        ("<xml>" * 5000, 400),
        (b"\xff\xfe\x00<xml/>", 400),
        (b'<?xml version="1.0" encoding="nonsense"?><xml/>', 400),
        ("<xml>" + "a" * 70_000 + "</xml>", 413),
    ],
)
def test_xml_made_to_break_the_reader_is_refused(plain: Server, body: str | bytes, status: int) -> None:
    assert plain.post(body).status_code == status
    assert not Received.objects.exists()


def test_a_message_with_entities_of_its_own_is_refused_however_harmless(plain: Server) -> None:
    whole = plain.xml(Content="SAID").replace("<![CDATA[SAID]]>", "&a;")
    declared = '<!DOCTYPE xml [<!ENTITY a "三元村路灯坏了">]>'
    assert plain.post(declared + whole).status_code == 400
    assert not Case.objects.exists()


def test_another_method_is_a_405(plain: Server) -> None:
    assert plain.client.put(f"{ADDRESS}?{urlencode(plain.query())}").status_code == 405


def test_a_voice_note_is_taken_in_the_words_wechat_recognised(plain: Server) -> None:
    assert "12345" in plain.say("voice", MediaId="m", Format="amr")
    assert not Case.objects.exists()
    plain.say("voice", MediaId="m", Format="amr", Recognition=TEXT)
    assert Case.objects.get().text == TEXT


def test_a_place_sent_before_the_words_goes_with_them(plain: Server) -> None:
    plain.say(
        "location", Location_X="33.0661", Location_Y="108.5091", Scale="15", Label="汉阴县城关镇三元村三组"
    )
    plain.say(Content="路灯坏了")
    case = Case.objects.get()
    assert case.place.name == "三元村委会"
    assert case.place_detail == "汉阴县城关镇三元村三组 (33.066100, 108.509100)"
    plain.say("location", Location_X="33.0662", Location_Y="108.5092", Scale="15", Label="老槐树")
    assert "老槐树" in Transition.objects.filter(case=case, move="comment").get().words
    assert plain.say("location", Location_X="nan", Location_Y="x") == ""


def test_a_follower_is_greeted_and_nothing_is_kept_in_the_clear(plain: Server) -> None:
    assert "事项" in plain.say("event", Event="subscribe")
    assert plain.say("event", Event="VIEW", EventKey="https://example.org") == ""
    assert plain.say("event", Event="LOCATION", Latitude="1", Longitude="2") == ""
    assert plain.say("event", Event="unsubscribe") == ""
    follower = Follower.objects.get()
    assert not follower.subscribed
    assert follower.openid == OPENID
    raw = Follower.objects.values_list("openid_index", flat=True).get()
    assert OPENID not in raw
    assert plain.say(Content="你好") != ""
    assert not Case.objects.exists()


def _followed(server: Server, stage: Stage) -> Case:
    """A matter raised through WeChat and answered by the village."""
    server.say(Content=TEXT)
    case = Case.objects.latest("pk")
    case = stage.dispatch(stage.accept(case))
    case = handling.sign_case(case=case, by=stage.cast.clerk.actor, at=stage.later(185))
    return handling.resolve_case(
        case=case, outcome=Outcome.SOLVED, answer="换好了。", by=stage.cast.clerk.actor, at=stage.later(190)
    )


@pytest.mark.parametrize(("said", "score"), [("非常满意", 5), ("满意。", 4), ("解决了！", 4)])
def test_one_word_rates_the_answer_that_waits(plain: Server, stage: Stage, said: str, score: int) -> None:
    case = _followed(plain, stage)
    assert case.number in plain.say(Content=said)
    case.refresh_from_db()
    assert (case.status, case.solved, case.score) == (State.CLOSED, True, score)
    assert plain.say(Content=said)
    assert Case.objects.count() == 1


def test_not_solved_with_one_press_sends_it_back(plain: Server, stage: Stage) -> None:
    case = _followed(plain, stage)
    plain.say("event", Event="CLICK", EventKey="NOT_SOLVED")
    case.refresh_from_db()
    assert (case.status, case.reworks) == (State.HANDLING, 1)
    plain.say(Content=f"{case.number} 灯还是不亮")
    assert Transition.objects.filter(case=case, move="comment").get().words == "灯还是不亮"
    assert case.number in plain.say(Content="进度")


def test_a_receipt_binds_the_follower_to_its_telephone_and_a_wrong_code_does_not(
    plain: Server, stage: Stage
) -> None:
    case = stage.register()
    code = tracking.code_of(case)
    assert "AAAA" not in plain.say(Content=f"绑定 {case.number} AAAAAAAA")
    assert Follower.objects.get().phone == ""
    assert case.number in plain.say(Content=f"绑定 {case.number.lower()} {code[:4]}-{code[4:]}")
    assert Follower.objects.get().phone == PHONE
    assert AuditEvent.objects.filter(code="channels.follower.bound").exists()
    plain.say(Content=TEXT)
    assert Case.objects.latest("pk").reporter_phone == PHONE
    plain.say(Content="解绑")
    assert Follower.objects.get().phone == ""


def test_nobody_adds_to_a_matter_that_is_not_theirs(plain: Server, stage: Stage) -> None:
    case = stage.register()
    plain.say(Content=f"{case.number} 我来说一句")
    assert not Transition.objects.filter(case=case, move="comment").exists()
    assert Case.objects.count() == 2


def test_a_storm_of_one_follower_is_answered_in_words_and_stored_no_more(plain: Server) -> None:
    decide(rules.INBOUND, per_sender_an_hour=2)
    replies = [plain.say(Content=f"{TEXT}{n}") for n in range(4)]
    assert Case.objects.count() == 2
    assert replies[2] == replies[3] != ""


class Peer(BaseHTTPRequestHandler):
    """WeChat's own server for media and menus."""

    tokens: "count[int]" = count(1)
    valid = ""
    calls: list[str] = []
    menus: list[Any] = []
    content = b""
    fail = False

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        Peer.calls.append(parts.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if Peer.fail:
            return self.send_error(502)
        if parts.path == "/cgi-bin/token":
            assert (query["appid"], query["secret"]) == ("wx0123456789abcdef", "secret")
            Peer.valid = f"t{next(Peer.tokens)}"
            return self._json({"access_token": Peer.valid, "expires_in": 7200})
        if query["access_token"] != Peer.valid:
            return self._json({"errcode": 40001, "errmsg": "invalid credential"})
        if parts.path == "/cgi-bin/menu/create":
            Peer.menus.append(json.loads(body))
            return self._json({"errcode": 0, "errmsg": "ok"})
        if query["media_id"] == "gone":
            return self._json({"errcode": 40007, "errmsg": "invalid media_id"})
        return self._send("image/jpeg", Peer.content)

    def _json(self, value: Any) -> None:
        self._send("application/json", json.dumps(value).encode())

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def wechat_server(doors: Any) -> Iterator[type[Peer]]:
    httpd = HTTPServer(("127.0.0.1", 0), Peer)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Peer.calls, Peer.menus, Peer.fail, Peer.content = [], [], False, picture()
    doors.WECHAT_API = f"http://127.0.0.1:{httpd.server_port}"
    try:
        yield Peer
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def test_photos_before_and_after_the_words_are_fetched_and_cleaned(
    plain: Server, wechat_server: type[Peer], now: datetime
) -> None:
    plain.say("image", PicUrl="http://x", MediaId="before")
    assert jobs.fetch_media(at=now) == 0, "no words, no matter, nothing to fetch"
    plain.say(Content=TEXT)
    plain.say("image", PicUrl="http://x", MediaId="after")
    assert jobs.fetch_media(at=now) == 2
    assert jobs.fetch_media(at=now) == 0
    assert Attachment.objects.count() == 2
    assert wechat_server.calls.count("/cgi-bin/token") == 1


def test_a_photo_is_tried_again_and_one_that_is_gone_or_none_is_given_up(
    plain: Server, wechat_server: type[Peer], now: datetime
) -> None:
    plain.say(Content=TEXT)
    plain.say("image", MediaId="one")
    wechat_server.fail = True
    jobs.fetch_media(at=now)
    assert jobs.fetch_media(at=now) == 0, "not before the wait of the rule"
    wechat_server.fail = False
    jobs.fetch_media(at=now + timedelta(minutes=5))
    assert Media.objects.get().state == "done"
    plain.say("image", MediaId="gone")
    wechat_server.content = b"no picture"
    plain.say("image", MediaId="broken")
    jobs.fetch_media(at=now + timedelta(minutes=6))
    assert list(Media.objects.order_by("pk").values_list("state", flat=True)) == [
        "done",
        "gave_up",
        "gave_up",
    ]
    assert Attachment.objects.count() == 1


def test_a_stale_access_token_is_renewed(wechat_server: type[Peer]) -> None:
    door = port.HttpPort()
    assert door.media("one", most=10**7) == wechat_server.content
    wechat_server.valid = "renewed elsewhere"
    assert door.media("one", most=10**7) == wechat_server.content
    assert len(door.media("one", most=10)) == 11, "no more is read than asked for"


def test_the_menu_is_published_as_it_is_defined(wechat_server: type[Peer]) -> None:
    from django.core.management import call_command

    call_command("wechat_menu", "--publish")
    assert wechat_server.menus == [port.menu()]
    keys = {
        row["key"] for top in port.menu()["button"] for row in top.get("sub_button", [top]) if "key" in row
    }
    assert keys == set(commands.MENU)


def test_our_seal_and_the_peers_open_one_another() -> None:
    seal, peer = Seal("token", AES_KEY, "wx1"), WeChatCrypto("token", AES_KEY, "wx1")
    sealed, signature = seal.close("话".encode(), timestamp="1", nonce="n")
    envelope = messages.sealed_reply(sealed, signature, timestamp="1", nonce="n").decode()
    assert peer.decrypt_message(envelope, signature, "1", "n") == "话"


@hypothesis_settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=80) | st.sampled_from(["", "AAAA", "A" * 44]))
def test_no_envelope_breaks_the_seal(sealed: str) -> None:
    from gongzhi.channels.wechat.sealing import signature

    with pytest.raises(Forged):
        Seal("token", AES_KEY, "wx1").open(
            sealed, given=signature("token", "1", "n", sealed), timestamp="1", nonce="n"
        )


@hypothesis_settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: f"<xml><a>{t}</a></xml>".encode()))
def test_no_body_breaks_the_reader_of_messages(body: bytes) -> None:
    try:
        messages.message_of(messages.read(body))
    except DomainError:
        return


@hypothesis_settings(max_examples=80, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(["绑定 HY26-1 AAAA2222", "没解决", "满意", "HY26-000001 好"]))
def test_every_text_is_understood_as_something(text: str) -> None:
    command = commands.understand(text)
    assert command.wish is not commands.Wish.RAISE or command.words
