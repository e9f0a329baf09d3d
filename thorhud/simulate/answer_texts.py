"""What simulated models say: paragraphs of our own, so that a screen looks real.

Nobody should judge a model's quality by them.
"""

_REFERENCE = (
    """
    Jetson Thor lets an autonomous robotics developer run large language and vision models on the robot itself,
    so perception, planning and dialogue happen where the sensors are. Its 128 GB of unified memory holds
    several models at once, which means that a speech front end, a vision encoder and a planner can share one
    board instead of three. Because nothing has to leave the machine, the robot keeps working when the network
    drops, and video from a private home or a factory floor stays there. Low precision formats cut the bytes
    that each token has to read, so a model answers in tenths of a second rather than after a round trip to a
    data center. For a small team this turns weeks of porting into an afternoon: the same container that ran on
    the workstation runs on the robot.
    """,
    """
    The main benefit of Jetson Thor for a robotics developer is that the whole loop, from camera to decision,
    closes on one computer inside the robot. Sensor streams arrive over fast links, the GPU turns them into a
    picture of the scene, and a language model in the same memory reasons about what to do next. No step waits
    for a distant server, so reaction time depends on the code and not on the weather of a wireless network. The
    large memory also removes an old compromise, since a developer no longer has to choose between a good
    planner and a good detector. What is tested on the bench therefore behaves the same way in the field, and
    that is worth more than any single benchmark.
    """,
    """
    For somebody who builds autonomous robots, Jetson Thor brings data center habits to a board that rides
    along. Models that used to need a rack fit into its unified memory, and they can be exchanged by starting
    another container, so trying a different planner costs minutes instead of a redesign. Decisions are made
    beside the motors, which keeps latency short and predictable even in a tunnel or a field without coverage.
    Privacy comes almost for free, because images of people and places are used and forgotten on the device that
    took them. In the end the developer spends the day on behavior and safety, where it belongs, and not on
    moving data between machines.
    """,
)
_HELLO = (
    """
    Hello! Jetson Thor is a computer for robots: a Blackwell GPU, fourteen Arm cores and 128 GB of memory that
    both share. It is made to run vision, speech and language models at the same time, next to the sensors that
    feed them. Ask me about serving models on it, about number formats, or about what a robot could do with one.
    """,
    """
    Hi there! Jetson Thor is the small computer that I would be running on inside a robot. It joins a GPU with
    tensor cores for four bit formats to a large unified memory, so models of many sizes fit. What would you
    like to build?
    """,
)
_REASONING = """
    The user wants a clear answer about the topic of the prompt. I should keep to what was asked, count the
    sentences if a number is given, and avoid claims that I cannot support. An outline first: what it is, why it
    matters, one example, then a short conclusion. That is enough, so I will write it now.
    """


def _flowing(text: str) -> str:
    return " ".join(text.split())


FIVE_SENTENCES = tuple(map(_flowing, _REFERENCE))
"""Answers to the workshop's reference prompt: five sentences each, about 130 tokens."""
HELLO = tuple(map(_flowing, _HELLO))
REASONING = _flowing(_REASONING)
"""What a reasoning model thinks before it answers."""
SENTENCES = (
    "A good way to start is to separate what has to be fast from what has to be clever.",
    "Fast parts sit close to the sensors: they filter, fuse and track, and they must never miss a deadline.",
    "Clever parts plan, explain and ask, and they may take a second as long as the fast parts keep the machine safe.",
    "On one board both share memory, so a detection does not have to be copied before a planner can read it.",
    "Measure first: note the time to the first token and the rate after it, and change one thing at a time.",
    "Lower precision reads fewer bytes for each token, which helps exactly as long as memory is what one waits for.",
    "Speculation trades spare arithmetic for fewer steps; it pays when the draft is right often enough.",
    "Keep the prompt and the sampling the same in every trial, and look at the median rather than at the best run.",
    "When quality matters, read the answers aloud: repetition and odd wording are easier to hear than to see.",
    "Write down the versions of everything, because a result that nobody can repeat is only a rumor.",
    "Plan for the day without a network, and decide beforehand what the robot does when a model is silent.",
    "Finally, let people stop it easily; trust grows from a button that always works.",
)
"""Sentences for every other prompt; in any order they make sense enough."""
