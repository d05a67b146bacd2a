"""Stop a call that never ends."""

import _thread
import threading

from .observe import Caller, Observation

SECONDS = 10  # for one call, where right ones take a moment


class Patient(Caller):
    """Makes calls until one takes too long or is interrupted by hand; the later ones are not tried.

    Such a call is observed as the error ``timeout`` or ``interrupted``, with the line it was at.
    """

    catches = (*Caller.catches, KeyboardInterrupt)
    stopped = False

    def observe(self, *call: object) -> Observation:
        """What `Caller.observe` does, for no more than so many seconds."""
        if self.stopped:
            return Observation.failed("untried")
        alarm = _Alarm()
        try:
            with alarm:
                seen = super().observe(*call)
        except KeyboardInterrupt:  # it came a moment before or after the function was at work
            seen = Observation.failed("KeyboardInterrupt")
        if not seen.error or seen.error["type"] != "KeyboardInterrupt":
            return seen
        self.stopped = True
        return Observation(error={**seen.error, "type": "timeout" if alarm.rang else "interrupted"})


class _Alarm:
    """Interrupts the main thread after a while, as the user would; another thread it leaves alone.

    Unlike a signal, this is to be had on every system.
    """

    def __init__(self):
        self.rang = self._over = False
        self._one_at_a_time = threading.Lock()
        self._timer = threading.Timer(SECONDS, self._ring)
        self._timer.daemon = True

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self._timer.start()

    def __exit__(self, *error) -> None:
        with self._one_at_a_time:  # so that it never rings when all is over
            self._over = True
        self._timer.cancel()

    def _ring(self) -> None:
        with self._one_at_a_time:
            if not self._over:
                self.rang = True
                _thread.interrupt_main()
