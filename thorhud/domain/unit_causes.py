"""What a person is told where the unit, its memory or its Docker is the cause; the ids are stable.

memory-file-cache      copies of files fill the memory
memory-unclaimed       the last model, or nobody, still holds it
memory-other-program   another program holds it
memory-does-not-fit    there is not so much memory to be had
swapping               memory is so short that the kernel swaps
throttling             heat or current holds the clocks down
disk-full              no space left
shared-memory          the container's shared memory is too small
memlock                the kernel does not allow the asked memory lock
files-not-allowed      a folder on the unit may not be read or written
mount-refused          Docker cannot give the container a folder of the unit
docker-not-allowed     this account may not use Docker
docker-unreachable     Docker does not answer
image-missing          the image is not on the unit
image-digest           the image is not the one that the workshop pins
image-platform         the image is made for another machine
runtime-missing        Docker has no NVIDIA runtime
name-taken             another container has the name
container-start        the container did not start
container-gone         somebody removed the container
docker-error           Docker refused for another reason
chat-model-missing     the chat page does not list the model
"""

from typing import Final

from thorhud.domain.cause import Cause

UNIT_CAUSES: Final = {
    "memory-file-cache": Cause(
        headline="Memory is full of file copies",
        explanation="The kernel keeps copies of files it has read, and vLLM does not count them as free.",
        next_step="Clear memory and try again.",
        seen_by="memory-at-start, and the memory ledger shows file cache",
    ),
    "memory-unclaimed": Cause(
        headline="The last model still holds the memory",
        explanation="Memory is in use that no process claims: it was not given back when the last model ended.",
        next_step="Clear memory and try again. If that does not help, restart Docker, then reboot.",
        seen_by="memory-at-start, and the memory ledger shows memory that no process claims",
    ),
    "memory-other-program": Cause(
        headline="Another program uses the memory",
        explanation="A program beside vLLM holds so much that the model finds too little.",
        next_step="Stop the program that the ledger names, if nobody needs it.",
        seen_by="memory-at-start, and the memory ledger names the program",
    ),
    "memory-does-not-fit": Cause(
        headline="This model does not fit",
        explanation="Even with everything cleared and stopped there is less memory than it asks for.",
        next_step="Give the model a smaller share of memory or a shorter context, or take a smaller model.",
        seen_by="memory-at-start, and the memory ledger has nothing to give back",
    ),
    "swapping": Cause(
        headline="Memory is so short that the unit swaps",
        explanation="The kernel writes memory to the disk and reads it back, and everything waits for that.",
        explanation_with_figures="{used} of {total} GiB swap is in use, and everything waits for the disk.",
        next_step="Stop what nobody needs and clear memory, or take a smaller model.",
        seen_by="more than half of the swap is in use",
    ),
    "throttling": Cause(
        headline="The unit is slowed down",
        explanation="Heat or current holds the clocks down; answers are slower than the model can be.",
        explanation_with_figures="{causes} holds the clocks down; answers are slower than the model can be.",
        next_step="Let air to the unit and look at its fan. Figures measured now cannot be compared.",
        seen_by="the kernel or the driver reports throttling",
    ),
    "memlock": Cause(
        headline="This system does not allow the memory lock",
        explanation="The kernel refused the limit that the container asks for.",
        next_step="Start the container without --ulimit memlock, or raise the limit of the Docker service.",
    ),
    "disk-full": Cause(
        headline="The disk is full",
        explanation="vLLM could not write its files.",
        next_step="Free some space and start again.",
    ),
    "shared-memory": Cause(
        headline="The container's shared memory is too small",
        explanation="The processes of vLLM exchange data there, and Docker gives a container 64 MB of it by default.",
        next_step="Start the container with --shm-size=16g, as the workshop does.",
    ),
    "files-not-allowed": Cause(
        headline="A folder of this unit may not be used",
        explanation="vLLM was refused a file of its caches; another account owns them.",
        explanation_with_figures="vLLM was refused {path}; another account owns it.",
        next_step="Look at the owner of the folder with ls -l, and give it to the account that starts the model.",
    ),
    "mount-refused": Cause(
        headline="Docker cannot give the container a folder",
        explanation="A folder that the start names is absent and cannot be made, or its disk is not mounted.",
        next_step="Check the setting data_dir and whether its disk is mounted, then start again.",
    ),
    "docker-not-allowed": Cause(
        headline="This account may not use Docker",
        explanation="The Docker socket refuses this account.",
        next_step="Add the account to the docker group, then sign in again.",
    ),
    "docker-unreachable": Cause(
        headline="Docker is not running",
        explanation="Nothing answers on the Docker socket.",
        next_step="Start Docker and try again.",
    ),
    "image-missing": Cause(
        headline="The image is not on this unit",
        explanation="Docker does not have it and could not fetch it.",
        next_step="Load the image from the rack server, or pull it.",
    ),
    "image-digest": Cause(
        headline="The image is not the pinned one",
        explanation="Its digest is another one than the workshop file says.",
        next_step="Pull the pinned one, or pin this one in the workshop file.",
        seen_by="the image's digests before a start",
    ),
    "image-platform": Cause(
        headline="The image is made for another machine",
        explanation="Its programs do not run on this unit.",
        next_step="Ask the organizer for the image of this platform.",
        seen_by="the image's platform before a start",
    ),
    "runtime-missing": Cause(
        headline="Docker has no NVIDIA runtime",
        explanation="Without it a container cannot see the GPU.",
        next_step="Set up the NVIDIA runtime for Docker, restart Docker and start again.",
    ),
    "name-taken": Cause(
        headline="Another container has the same name",
        explanation="Docker keeps a name until its container is removed.",
        next_step="Remove the other container, then start again.",
    ),
    "container-start": Cause(
        headline="The container did not start",
        explanation="Docker made it, and its runtime could not start it.",
        next_step="Look at docker info and at journalctl -u docker for what the runtime says.",
        seen_by="the Docker Engine's answer to the start",
    ),
    "container-gone": Cause(
        headline="Somebody removed the container",
        explanation="With it went its exit code and the end of its log.",
        next_step="Start the model again.",
        seen_by="the Docker Engine knows the container no more",
    ),
    "docker-error": Cause(
        headline="Docker refused",
        explanation="The Docker Engine gave a reason that is not among the known ones.",
        next_step="Look at the engine's own log: journalctl -u docker.",
        seen_by="the Docker Engine's answer",
    ),
    "chat-model-missing": Cause(
        headline="The chat page does not list the model",
        explanation="Open WebUI asks another address than the one that the model answers on.",
        explanation_with_figures="Open WebUI asks {asked}, and the model answers on {served}.",
        next_step="Start Open WebUI with OPENAI_API_BASE_URL set to the model's address.",
        seen_by="the environment of the chat page's container",
    ),
}
