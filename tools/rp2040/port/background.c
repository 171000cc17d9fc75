// What CircuitPython does at each jump and return of a program, if nothing is to be done.
#include <stdbool.h>
#include "py/mpconfig.h"
#define APART __attribute__((noinline))

static void *volatile pending;

static APART void look_at_port(void) {
    __asm volatile ("");
}

static APART bool is_pending(void) {
    return pending != 0;
}

APART void run_background(void) {
    look_at_port();
    if (is_pending()) {
        pending = 0;
    }
}
