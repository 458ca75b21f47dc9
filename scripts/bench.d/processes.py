"""What /proc says about a proxy: CPU time and memory of a process, its descendants and all their threads."""

import os

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


def _read(path):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:  # the process or thread ended meanwhile
        return ""


def _stat_fields(pid):
    """Fields of /proc/PID/stat from the third one (state) on; the name before it may hold spaces."""
    return _read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def family(root):
    """The process and all its descendants."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat_fields(name)
            if fields:
                parents[int(name)] = int(fields[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_seconds(pids):
    """User + system time by /proc/PID/task/*/schedstat: nanoseconds on the CPU, the same time as utime + stime."""
    total = 0
    for pid in pids:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for thread in threads:
            total += int((_read(f"/proc/{pid}/task/{thread}/schedstat").split() or ["0"])[0])
    return total / 1e9


def cpu_seconds_by_ticks(pids):
    """utime + stime of /proc/PID/stat, in steps of 10 ms: the cross-check of cpu_seconds."""
    return sum((int(fields[11]) + int(fields[12])) * TICK_SECONDS for fields in map(_stat_fields, pids) if fields)


def memory_kib(pids, field):
    """Sum over the processes of "Pss" or "Rss" of smaps_rollup."""
    total = 0
    for pid in pids:
        for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
            if line.startswith(field + ":"):
                total += int(line.split()[1])
    return total


def core_busy_seconds(core):
    """Time that the core was not idle, stolen time included."""
    for line in _read("/proc/stat").splitlines():
        if line.startswith(f"cpu{core} "):
            user, nice, system, _, _, irq, softirq, steal = map(int, line.split()[1:9])
            return (user + nice + system + irq + softirq + steal) * TICK_SECONDS
    return 0.0
