"""One test over many views, or whatever else there is much of: a thousand tests of a millisecond take minutes."""

from collections.abc import Callable, Iterable


def over(many: Iterable[tuple[str, ...]]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Make a check into one test over all of these arguments, which fails with each that breaks the rule."""
    arguments = tuple(many)

    def decorate(check: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            wrong = {}
            for each in arguments:
                try:
                    check(*each)
                except AssertionError as error:
                    wrong[each] = str(error)
            assert wrong == {}
            assert arguments

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return decorate
