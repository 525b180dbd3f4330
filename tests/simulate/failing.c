// Loaded before a program: from a chosen call on, writing to the files of one folder fails.
//
// FAILING_FOLDER names the folder. FAILING_CONTROL names a file of three 64-bit numbers that both sides
// map: the calls counted so far, the first call that fails (0: none is counted), and the error.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

struct control { long calls, from, error; };
static struct control *control;

__attribute__((constructor)) static void begin(void) {
    int fd = open(getenv("FAILING_CONTROL"), O_RDWR);
    void *map = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    control = map == MAP_FAILED ? NULL : map;
    close(fd);
}

static int fails(int fd) {
    long from = control ? __atomic_load_n(&control->from, __ATOMIC_SEQ_CST) : 0;
    if (from == 0) return 0;
    char link[64], path[4096];
    const char *folder = getenv("FAILING_FOLDER");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder)) != 0) return 0;
    if (__atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST) < from) return 0;
    errno = (int)control->error;
    return 1;
}

#define OR_FAIL(type, name, parameters, ...)                                     \
    type name parameters {                                                       \
        static type(*real) parameters;                                           \
        if (!real) real = (type(*) parameters)dlsym(RTLD_NEXT, #name);           \
        return fails(fd) ? -1 : real(__VA_ARGS__);                               \
    }

OR_FAIL(ssize_t, write, (int fd, const void *bytes, size_t length), fd, bytes, length)
OR_FAIL(ssize_t, pwrite, (int fd, const void *bytes, size_t length, off_t at), fd, bytes, length, at)
OR_FAIL(ssize_t, pwrite64, (int fd, const void *bytes, size_t length, off64_t at), fd, bytes, length, at)
OR_FAIL(int, ftruncate, (int fd, off_t length), fd, length)
OR_FAIL(int, ftruncate64, (int fd, off64_t length), fd, length)
OR_FAIL(int, fsync, (int fd), fd)
OR_FAIL(int, fdatasync, (int fd), fd)
