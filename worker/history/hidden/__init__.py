"""Dependencies that nobody wrote down, found by running tests in other orders.

Two kinds are known (the method is that of iDFlakies and iFixFlakies, Lam, Shi et al., 2019): a test that
passes only if another one ran before it, and one that another one disturbs.
"""

from worker.history.hidden.hunt import Hunt, HuntEnded, Report, Runner
from worker.history.hidden.rounds import Hidden, HowItDepends, Round, Unexplained

__all__ = ["Hidden", "HowItDepends", "Hunt", "HuntEnded", "Report", "Round", "Runner", "Unexplained"]
