"""Pictures of every page, from the real server with a seeded county, and a look at each by machine.

    python -m scripts.pictures                    every page, at 390 and 1440, in the variants of `shown`
    python -m scripts.pictures desk case          only pages whose name begins so
    python -m scripts.pictures --data FOLDER      with a copy of this data folder; it holds a demonstration
    python -m scripts.pictures --quick            Chinese, normal letters only
    python -m scripts.pictures --narrow           no pictures: only that no page is wider than 320 pixels
    python -m scripts.pictures --print            as PDF on A4 instead, with one PNG a sheet

Writes `pictures/<page>-<variant>.png`. Exits 1 when a page cannot be shown, is wider than the screen, breaks
the content security policy, or when axe finds a violation; every finding is named. A page is a line of
`pages.PAGES`; a route that has none is named in `pages.WITHOUT_PICTURE` with the reason.
"""
