// The registers as functions of a program for this computer, in 32 bits: the heap is the chip's to
// the byte, time is not: it goes on with what is waited, and a little with each look at the clock.
//
// Its argument: a file of lines "heap - BYTES", "drive NAME BYTES" (empty files that the program
// writes) and "file NAME PATH" (what lies on the drive).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emulator.h"

#define LOOK_US 40
#define STACK_BYTES (256 * 1024)
#define FILES_MAX 64
#define NAME_BYTES 100

typedef struct {
    char name[NAME_BYTES];
    uint8_t *data;
    uint32_t bytes;
} file_t;

char heap_begin[512 * 1024] __attribute__((aligned(16)));
static file_t files[FILES_MAX], drive[FILES_MAX];
static uint64_t now_us;
static uint32_t heap_bytes, offset, done;
static uint8_t *buffer;
static const char *path = "";

static file_t *find(file_t *in, const char *name) {
    for (file_t *file = in; file->name[0]; file++) {
        if (strcmp(file->name, name) == 0) {
            return file;
        }
    }
    return NULL;
}

static file_t *add(file_t *to, const char *name, uint8_t *data, uint32_t bytes) {
    while (to->name[0]) {
        to++;
    }
    snprintf(to->name, NAME_BYTES, "%s", name);
    to->data = data;
    to->bytes = bytes;
    return to;
}

static FILE *opened(const char *from) {
    FILE *file = fopen(from, "rb");
    if (file == NULL) {
        perror(from);
        exit(3);
    }
    return file;
}

static void add_from(const char *name, const char *from) {
    FILE *file = opened(from);
    fseek(file, 0, SEEK_END);
    uint32_t bytes = ftell(file);
    rewind(file);
    uint8_t *data = malloc(bytes + 1);
    bytes = fread(data, 1, bytes, file);
    fclose(file);
    add(files, name, data, bytes);
}

static int kind_of(const char *name) {
    if (find(files, name) != NULL) {
        return 2;
    }
    size_t length = strlen(name);
    for (file_t *file = files; file->name[0]; file++) {
        if (strncmp(file->name, name, length) == 0 && file->name[length] == '/') {
            return 1;
        }
    }
    return 0;
}

// A file that is written grows, as on the emulator's drive.
static file_t *grown(uint32_t bytes) {
    file_t *file = find(drive, path);
    if (file == NULL) {
        file = add(drive, path, NULL, 0);
    }
    if (file->bytes < bytes) {
        file->data = realloc(file->data, bytes);
        memset(file->data + file->bytes, 0, bytes - file->bytes);
        file->bytes = bytes;
    }
    return file;
}

static void transfer(uint32_t length, int writes) {
    file_t *file = writes ? grown(offset + length) : find(drive, path);
    done = 0;
    if (file != NULL && offset <= file->bytes) {
        done = length < file->bytes - offset ? length : file->bytes - offset;
        memcpy(writes ? file->data + offset : buffer, writes ? buffer : file->data + offset, done);
    }
}

void tell(int what, uint32_t value) {
    switch (what) {
        case OUT: putchar(value); break;
        case WAIT_US: case IDLE_US: now_us += value; break;
        case PATH: path = (const char *)value; break;
        case FILE_OFFSET: offset = value; break;
        case FILE_BUFFER: buffer = (uint8_t *)value; break;
        case FILE_READ: transfer(value, 0); break;
        case FILE_WRITE: transfer(value, 1); break;
        default: break;  // the rest is about time
    }
}

uint32_t told(int what) {
    file_t *file;
    switch (what) {
        case TICKS_MS: return (now_us += LOOK_US) / 1000 & 0x1fffffff;
        case NOW_US: return (now_us += LOOK_US) & 0x3fffffff;
        case PATH_KIND: return kind_of(path);
        case PATH_AT: return (uint32_t)find(files, path)->data;
        case PATH_BYTES: return find(files, path)->bytes;
        case HEAP_BYTES: return heap_bytes;
        case FILE_DONE: return done;
        case FILE_BYTES: file = find(drive, path); return file ? file->bytes : (uint32_t)-1;
        default: return 0;
    }
}

void finish(int code) {
    exit(code);
}

int main(int count, char **arguments) {
    FILE *job = opened(arguments[count - 1]);
    char kind[8], name[NAME_BYTES], value[400];
    while (fscanf(job, "%7s %99s %399s", kind, name, value) == 3) {
        switch (kind[0]) {
            case 'h': heap_bytes = atoi(value); break;
            case 'd': add(drive, name, calloc(1, atoi(value) + 1), atoi(value)); break;
            default: add_from(name, value); break;
        }
    }
    char top;
    play(&top, STACK_BYTES);
}
