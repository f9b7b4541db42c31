"""The rooms of the house and what each may include: itself, these, and what these may include."""

ROOMS = {
    # sim/ and include/sextant/: from the lowest up.
    "kernel": [],
    "cluster": ["kernel"],
    "compute": ["cluster"],
    "network": ["cluster"],
    "storage": ["cluster"],
    "training": ["compute", "network", "storage"],
    "fleet": ["cluster", "storage"],
    "campaign": ["training", "fleet"],
    "serving": ["kernel"],
    "governance": ["campaign", "serving"],
    "ledger": ["cluster"],
    # src/: io is the lowest room of the application; it knows the kernel's quantities only.
    "io": ["kernel"],
    "import": ["io", "governance"],
    "catalog": ["import", "governance", "ledger"],
    "scenario": ["catalog"],
    "flow": ["io", "training"],
    "run": ["scenario", "flow"],
    "search": ["run"],
    "plan": ["search"],
    "compare": ["plan"],
    "optimize": ["plan"],
    "sweep": ["plan"],
    "govern": ["plan"],
    "endpoints": ["plan"],
    "validate": ["search"],
    "report": ["compare", "optimize", "sweep", "govern", "endpoints", "validate",
               "calibrate"],
    "pages": ["report"],
    "serve": ["pages"],
    # calibrate/ uses the simulator and io, nothing of the application above them.
    "calibrate": ["io", "governance", "ledger"],
    "cli": ["serve", "calibrate"],
    # sextant-comm: what it replays is planned by the application.
    "replay": ["plan", "calibrate"],
    "program": ["replay"],
}


def allowed(room):
    """The rooms that `room` may include, itself among them."""
    reach, todo = set(), [room]
    while todo:
        name = todo.pop()
        if name not in reach:
            reach.add(name)
            todo.extend(ROOMS[name])
    return reach


def room_of(path):
    """The room of a source file, from its path in the repository; None outside the rooms."""
    parts = path.split("/")
    if parts[0] == "calibrate":
        return parts[1] if parts[1] in ("replay", "program") else "calibrate"
    if parts[:2] == ["include", "sextant"] and len(parts) > 3:
        return parts[2]
    if parts[0] in ("sim", "src") and len(parts) > 2:
        return parts[1]
    return None


def room_of_include(name):
    """(room, private) of an #include "name"; private: a header beside its .cpp in sim/."""
    parts = name.split("/")
    if parts[0] == "sextant" and len(parts) > 2:
        return parts[1], False
    if parts[0] == "calibrate":
        return parts[1] if parts[1] in ("replay", "program") else "calibrate", False
    if parts[0] in ("sim", "src") and len(parts) > 2:
        return parts[1], parts[0] == "sim"
    return None, False
