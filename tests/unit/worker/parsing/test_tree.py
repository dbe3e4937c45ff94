"""Every value knows where it stands."""

from textwrap import dedent

from worker.models.problem import Location
from worker.parsing.compose import compose
from worker.parsing.place import Place
from worker.parsing.source import Source
from worker.parsing.tree import build_tree

TEXT = dedent("""\
    suite: "the title"
    tests:
      login:
        POST: /login
        needs: [a, bc]
        empty:
        many:
          - x: 1
        folded: >
          one
          two
    """)


def tree() -> tuple[Source, Place]:
    """The text above with its places."""
    source = Source("x.yaml", TEXT)
    node = compose(source)
    assert node is not None
    return source, build_tree(source, node)


def shown(location: Location) -> tuple[int, int, int]:
    """Line, column and length."""
    return location.line, location.column, location.length


def test_a_value_and_its_key_have_places() -> None:
    """Lines and columns begin at 1; quotes belong to the value."""
    source, place = tree()
    title = place.find(("suite",))
    assert shown(title.location(source)) == (1, 8, 11)
    assert shown(title.key_location(source)) == (1, 1, 5)
    assert shown(place.find(("tests", "login", "needs", 1)).location(source)) == (5, 16, 2)


def test_a_part_of_a_list_is_its_own_place() -> None:
    """What has no key is pointed at itself."""
    source, place = tree()
    part = place.find(("tests", "login", "needs", 0))
    assert part.key_location(source) == part.location(source)


def test_a_value_of_several_lines_is_pointed_at_by_its_key() -> None:
    """A caret below a whole block says nothing; its key does."""
    source, place = tree()
    assert shown(place.find(("tests", "login")).location(source)) == (3, 3, 5)
    assert shown(place.find(("tests", "login", "many")).location(source)) == (7, 5, 4)


def test_a_value_that_is_not_written_is_pointed_at_by_its_key() -> None:
    """`empty:` has nothing behind it."""
    source, place = tree()
    assert shown(place.find(("tests", "login", "empty")).location(source)) == (6, 5, 5)


def test_a_text_of_several_lines_is_pointed_at_in_its_first() -> None:
    """The caret ends where the line ends."""
    source, place = tree()
    assert shown(place.find(("tests", "login", "folded")).location(source)) == (9, 13, 1)


def test_a_path_leads_as_far_as_the_file_goes() -> None:
    """What is missing is pointed at where it would have been."""
    _, place = tree()
    assert place.find(("tests", "login", "nothing", 3)) is place.find(("tests", "login"))
    assert place.child("nothing") is None
    assert place.child(0) is None
    assert place.find(("tests", "login", "needs")).child("x") is None
    assert place.find(("tests", "login", "needs")).child(2) is None
