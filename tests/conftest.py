"""What holds for all tests."""

import signal

# Who starts the tests in the background of a shell without job control has them ignore Ctrl-C, and all that
# they start with them: those that are about Ctrl-C would wait for ever. A handler here is none in children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
