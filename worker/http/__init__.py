"""Requests in, exchanges out."""

from worker.http.send import Sender


def make_sender() -> Sender:
    """The sender that was chosen by measurement. Close it before its event loop ends."""
    from worker.http.pyreqwest_sender import PyreqwestSender
    from worker.http.session import Session

    return Session(PyreqwestSender())


__all__ = ["Sender", "make_sender"]
