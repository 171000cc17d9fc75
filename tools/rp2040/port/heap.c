// The memory that the interpreter's heap grows in, piece by piece, as CircuitPython's does: it
// begins with 8 KiB and doubles, so no block is larger than the piece that it lies in.
#include "py/gc.h"
#include "py/runtime.h"
#include "emulator.h"

#define FIRST_BYTES (8 * 1024)
#define ALIGN 8
#define ROUNDED(bytes) (((bytes) + ALIGN - 1) & -ALIGN)
#define PIECES_MAX 32

typedef struct {
    char *begin, *end;
} piece_t;

extern char heap_begin[];
static piece_t pieces[PIECES_MAX];  // by address
static int count;

static char *heap_end(void) {
    return heap_begin + told(HEAP_BYTES);
}

// The gap before piece `i`, or behind the last one.
static piece_t gap_before(int i) {
    piece_t gap = { i ? pieces[i - 1].end : heap_begin, i < count ? pieces[i].begin : heap_end() };
    return gap;
}

void *piece_alloc(size_t bytes) {
    for (int i = 0; i <= count && count < PIECES_MAX; i++) {
        piece_t gap = gap_before(i);
        if ((size_t)(gap.end - gap.begin) >= ROUNDED(bytes)) {
            for (int j = count++; j > i; j--) {
                pieces[j] = pieces[j - 1];
            }
            pieces[i].begin = gap.begin;
            pieces[i].end = gap.begin + ROUNDED(bytes);
            return gap.begin;
        }
    }
    return NULL;
}

void piece_free(void *begin) {
    for (int i = 0; i < count; i++) {
        if (pieces[i].begin == begin) {
            for (count--; i < count; i++) {
                pieces[i] = pieces[i + 1];
            }
        }
    }
}

size_t gc_get_max_new_split(void) {
    size_t most = 0;
    for (int i = 0; i <= count; i++) {
        piece_t gap = gap_before(i);
        most = MAX(most, (size_t)(gap.end - gap.begin));
    }
    return most & -ALIGN;  // what can be had as a piece
}

void heap_init(void) {
    char *first = piece_alloc(FIRST_BYTES);
    gc_init(first, first + FIRST_BYTES);
}
