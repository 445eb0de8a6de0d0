#!/usr/bin/env python
"""Run a management command of Gongzhi. `.venv/bin/gongzhi` is the same under its own name."""

from gongzhi.console import main

if __name__ == "__main__":
    main()
