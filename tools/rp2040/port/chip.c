// The bare chip: what runs before MicroPython, and what the C library asks for.
#include <string.h>
#include "emulator.h"

extern char stack_bottom, stack_top;
extern char data_in_flash, data_begin, data_end, bss_begin, bss_end;

void finish(int code) {
    tell(END, code);
    for (;;) {
    }
}

void reset(void) {
    memcpy(&data_begin, &data_in_flash, &data_end - &data_begin);
    memset(&bss_begin, 0, &bss_end - &bss_begin);
    play(&stack_top, &stack_top - &stack_bottom);
}

// Where the chip begins: its stack and its first function.
__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    &stack_top, reset,
};

void _exit(int code) {
    finish(code);
}

void *_sbrk(int bytes) {
    return (void *)-1;
}
