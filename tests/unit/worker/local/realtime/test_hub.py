"""Rooms, and who is in them."""

from collections.abc import Callable

from worker.local.realtime.frames import Broadcast
from worker.local.realtime.hub import Hub

Heard = list[Broadcast]


def message(topic: str = "run:1", *, private: bool = True) -> Broadcast:
    """Something that is said there."""
    return Broadcast(topic=topic, event="e", payload="1", private=private)


def test_everybody_in_the_room_hears_it_and_nobody_else() -> None:
    """A topic is a room."""
    hub = Hub()
    ada, bob, eve = Heard(), Heard(), Heard()
    hub.join("run:1", ada.append, private=True)
    hub.join("run:1", bob.append, private=True)
    hub.join("run:2", eve.append, private=True)
    hub.deliver(message())
    assert (len(ada), len(bob), len(eve)) == (1, 1, 0)


def test_a_private_and_a_public_topic_of_one_name_are_two_rooms() -> None:
    """Else anybody could listen to a private topic by joining the public one."""
    hub, public = Hub(), Heard()
    hub.join("run:1", public.append, private=False)
    hub.deliver(message(private=True))
    assert public == []


def test_who_left_hears_nothing_and_an_empty_room_is_gone() -> None:
    """Leaving twice is fine."""
    hub, heard = Hub(), Heard()
    leave = hub.join("run:1", heard.append, private=True)
    leave()
    leave()
    hub.deliver(message())
    assert (heard, hub.rooms) == ([], 0)


def test_somebody_may_leave_while_a_message_is_delivered() -> None:
    """A listener that falls too far behind leaves in the middle of a delivery."""
    hub, heard = Hub(), Heard()
    leaving: list[Callable[[], None]] = []

    def leave_at_once(_: Broadcast) -> None:
        leaving[0]()

    leaving.append(hub.join("run:1", leave_at_once, private=True))
    hub.join("run:1", heard.append, private=True)
    hub.deliver(message())
    assert len(heard) == 1
