"""How people here type hours, beside what Django knows of French; it shows the first of these."""

# The seconds stay: an hour shown without them would lose them when its form is sent back.
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M", "%Hh%M", "%H h %M", "%Hh", "%H h"]
