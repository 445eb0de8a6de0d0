"""What may come out of the text of an article."""

import re

import pytest

from gongzhi.knowledge.markup import is_safe_address, to_html

pytestmark = pytest.mark.once


def test_headings_lists_steps_tables_and_strong_words_are_shown() -> None:
    html = to_html(
        "# 一\n\n## 要带什么\n\n- 身份证\n- **户口本**\n\n1. 先登记\n\n"
        "| 谁 | 多少 |\n|---|---|\n| 老人 | 一份 |"
    )
    for part in (
        "<h2>一</h2>",
        "<h2>要带什么</h2>",
        "<li>身份证</li>",
        "<strong>户口本</strong>",
        "<ol>",
        "<td>老人</td>",
    ):
        assert part in html
    assert "<h1" not in html


ATTACKS = (
    "<script>alert(1)</script>",
    "前<img src=x onerror=alert(1)>后",
    '<a href="javascript:alert(1)">点</a>',
    "[点](javascript:alert(1))",
    "[点](JaVaScRiPt:alert(1))",
    "[点](&#106;avascript:alert(1))",
    "[点](data:text/html;base64,PHNjcmlwdD4=)",
    "[点](//evil.example/x)",
    "[点](/\\evil.example)",
    "![图](https://evil.example/pixel.png)",
    "![图][1]\n\n[1]: https://evil.example/pixel.png",
    "<javascript:alert(1)>",
    '[点](https://ok.example "a\\" onmouseover=\\"alert(1)")',
    "<style>*{display:none}</style>",
    "<svg/onload=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<?php echo 1 ?>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "```\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "\x02wzxhzdk:0\x03",
    "&lt;script&gt;",
    "| <b onclick=alert(1)>x</b> |\n|---|\n| [x](vbscript:x) |",
    "- <iframe src=https://evil.example>\n\n  <form action=https://evil.example>",
    "[a]: javascript:alert(1)\n\n[点][a]",
)
_TAGS = re.compile(r"<(/?)([a-zA-Z!?][^\s/>]*)([^>]*)>")
_ALLOWED = {"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "a", "br", "hr"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_was_typed_becomes_html_of_its_own(text: str) -> None:
    html = to_html(text)
    for _slash, tag, rest in _TAGS.findall(html):
        assert tag in _ALLOWED, html
        assert re.fullmatch(
            r'( href="(https?:|tel:|mailto:|/[^/\\])[^"]*")?( rel="noopener nofollow")? ?/?', rest
        ), html


def test_words_around_what_is_refused_stay() -> None:
    assert "点这里" in to_html("[点这里](javascript:alert(1))")
    assert "&lt;b&gt;" in to_html("<b>重要</b>")


@pytest.mark.parametrize("address", ["https://www.gov.cn/", "/raise/", "tel:0915-5210000", "mailto:a@b.cn"])
def test_links_to_pages_and_telephones_are_kept(address: str) -> None:
    assert is_safe_address(address)
    assert f'href="{address}"' in to_html(f"[去]({address})")


@pytest.mark.parametrize(
    "address", ["", "http:\n//x", " javascript:x", "x y", "http://[", "relative", "/\t/evil.example"]
)
def test_addresses_that_hide_something_are_refused(address: str) -> None:
    assert not is_safe_address(address)
