"""Every view, in both languages and every form, is one that Slack takes."""

from bot.language import LANGUAGES, language
from tests.views.every import over
from tests.views.examples import EXAMPLES
from tests.views.judge import judge
from tests.views.limits import problems


@over((name, code) for name in EXAMPLES for code in LANGUAGES)
def test_slackblocks_accepts_the_view(name: str, code: str) -> None:
    judge(EXAMPLES[name](language(code)))


@over((name, code) for name in EXAMPLES for code in LANGUAGES)
def test_the_view_keeps_every_limit(name: str, code: str) -> None:
    assert problems(EXAMPLES[name](language(code))) == []
