/* A libnvidia-ml.so.1 that answers as the one of a Jetson AGX Thor does, for nvidia-ml-py 13.
 *
 * $THOR_FAKE_DIR/nvml.conf is read again at each call: lines "name=number", and "proc=PID KIND BYTES" with kind C (compute)
 * or G (graphics). A number of -1 means that the driver says "Not Supported". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int Result;
enum { OK = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7 };
static const char *const words[] = {"Success", "Uninitialized", "Invalid Argument", "Not Supported",
                                    "Insufficient Permissions", "Already", "Not Found", "Insufficient Size"};

static FILE *answers(void) {
    char path[1024];
    const char *folder = getenv("THOR_FAKE_DIR");
    snprintf(path, sizeof path, "%s/nvml.conf", folder ? folder : ".");
    return fopen(path, "r");
}

static long answer(const char *name) {
    char line[256];
    long value = -1;
    size_t length = strlen(name);
    FILE *file = answers();
    if (!file) return -1;
    while (fgets(line, sizeof line, file))
        if (!strncmp(line, name, length) && line[length] == '=') value = atol(line + length + 1);
    fclose(file);
    return value;
}

static Result number(const char *name, unsigned *value) {
    long found = answer(name);
    if (found < 0) return NOT_SUPPORTED;
    *value = (unsigned)found;
    return OK;
}

static Result text(char *to, unsigned length, const char *from) {
    snprintf(to, length, "%s", from);
    return OK;
}

const char *nvmlErrorString(Result result) { return result >= 0 && result < 8 ? words[result] : "Unknown Error"; }
Result nvmlInit_v2(void) { return OK; }
Result nvmlInitWithFlags(unsigned flags) { (void)flags; return OK; }
Result nvmlShutdown(void) { return OK; }
Result nvmlDeviceGetCount_v2(unsigned *count) { *count = 1; return OK; }
Result nvmlDeviceGetHandleByIndex_v2(unsigned index, void **gpu) {
    if (index) return NOT_FOUND;
    *gpu = (void *)1;
    return OK;
}
Result nvmlDeviceGetName(void *gpu, char *to, unsigned length) { (void)gpu; return text(to, length, "NVIDIA Thor"); }
Result nvmlDeviceGetUUID(void *gpu, char *to, unsigned length) {
    (void)gpu;
    return text(to, length, "GPU-00000000-0000-5000-8000-000000000001");
}
Result nvmlSystemGetDriverVersion(char *to, unsigned length) { return text(to, length, "580.00"); }
Result nvmlSystemGetNVMLVersion(char *to, unsigned length) { return text(to, length, "13.580.00"); }
Result nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 13000; return OK; }

struct Utilization { unsigned gpu, memory; };
Result nvmlDeviceGetUtilizationRates(void *gpu, struct Utilization *rates) {
    (void)gpu;
    rates->memory = (unsigned)answer("memutil");
    return number("util", &rates->gpu);
}

struct Memory { unsigned long long total, free, used; };
Result nvmlDeviceGetMemoryInfo(void *gpu, struct Memory *memory) {
    long used = answer("meminfo");
    (void)gpu;
    if (used < 0) return NOT_SUPPORTED;
    memory->total = 128790528ULL * 1024;
    memory->used = (unsigned long long)used;
    memory->free = memory->total - memory->used;
    return OK;
}
Result nvmlDeviceGetMemoryInfo_v2(void *gpu, void *memory) { (void)gpu; (void)memory; return NOT_SUPPORTED; }

struct Temperature { unsigned version; int sensor; int celsius; };
Result nvmlDeviceGetTemperatureV(void *gpu, struct Temperature *temperature) {
    (void)gpu;
    return number("temp", (unsigned *)&temperature->celsius);
}
Result nvmlDeviceGetTemperature(void *gpu, int sensor, unsigned *celsius) {
    (void)gpu; (void)sensor;
    return number("temp", celsius);
}
Result nvmlDeviceGetPowerUsage(void *gpu, unsigned *milliwatts) { (void)gpu; return number("power_mw", milliwatts); }
Result nvmlDeviceGetEnforcedPowerLimit(void *gpu, unsigned *limit) { (void)gpu; (void)limit; return NOT_SUPPORTED; }
Result nvmlDeviceGetPowerManagementLimit(void *gpu, unsigned *limit) { (void)gpu; (void)limit; return NOT_SUPPORTED; }
Result nvmlDeviceGetClockInfo(void *gpu, int kind, unsigned *mhz) {
    (void)gpu;
    return number(kind == 2 ? "clock_mem" : "clock_sm", mhz);
}
Result nvmlDeviceGetMaxClockInfo(void *gpu, int kind, unsigned *mhz) {
    (void)gpu;
    return number(kind == 2 ? "clock_mem" : "clock_sm_max", mhz);
}
Result nvmlDeviceGetFanSpeed(void *gpu, unsigned *speed) { (void)gpu; (void)speed; return NOT_SUPPORTED; }

static Result codec(unsigned *load, unsigned *period) { *load = 0; *period = 167000; return OK; }
Result nvmlDeviceGetEncoderUtilization(void *gpu, unsigned *load, unsigned *period) { (void)gpu; return codec(load, period); }
Result nvmlDeviceGetDecoderUtilization(void *gpu, unsigned *load, unsigned *period) { (void)gpu; return codec(load, period); }
Result nvmlDeviceGetJpgUtilization(void *gpu, unsigned *load, unsigned *period) { (void)gpu; return codec(load, period); }
Result nvmlDeviceGetOfaUtilization(void *gpu, unsigned *load, unsigned *period) { (void)gpu; return codec(load, period); }

struct Process { unsigned pid; unsigned long long bytes; unsigned gpu_instance, compute_instance; };
static Result processes(char kind, unsigned *count, struct Process *to) {
    struct Process found[64];
    unsigned n = 0;
    char line[256];
    FILE *file = answers();
    while (file && fgets(line, sizeof line, file) && n < 64) {
        unsigned pid;
        char of;
        unsigned long long bytes;
        if (sscanf(line, "proc=%u %c %llu", &pid, &of, &bytes) != 3 || of != kind) continue;
        found[n++] = (struct Process){pid, bytes, 0xffffffff, 0xffffffff};
    }
    if (file) fclose(file);
    if (n > *count) {
        *count = n;
        return TOO_SMALL;
    }
    *count = n;
    if (n) memcpy(to, found, n * sizeof *to);
    return OK;
}
Result nvmlDeviceGetComputeRunningProcesses_v3(void *gpu, unsigned *count, struct Process *to) {
    (void)gpu;
    return processes('C', count, to);
}
Result nvmlDeviceGetGraphicsRunningProcesses_v3(void *gpu, unsigned *count, struct Process *to) {
    (void)gpu;
    return processes('G', count, to);
}
Result nvmlSystemGetProcessName(unsigned pid, char *to, unsigned length) {
    char path[64], name[64] = "";
    snprintf(path, sizeof path, "/proc/%u/comm", pid);
    FILE *file = fopen(path, "r");
    if (!file) return NOT_FOUND;
    if (!fgets(name, sizeof name, file)) name[0] = 0;
    fclose(file);
    name[strcspn(name, "\n")] = 0;
    return text(to, length, name);
}
