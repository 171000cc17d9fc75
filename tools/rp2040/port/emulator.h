// Registers of the emulator, as emulator.mjs has them; where an RP2040 has no peripheral. Built for
// the computer itself (native.c) they are functions.
#include <stdint.h>
enum {
    OUT,            // a character of output
    CALL,           // a function begins (its number); the clock stands until GO
    RETURN,         // it ends
    IS_KNOWN,       // read: whether the name of what was called is known
    FILE_NAME,      // its file (address of a string)
    FUNCTION_NAME,  // and its name
    GO,             // the clock goes on
    HOLD,           // the clock stands
    CYCLES,         // read: counted so far, modulo 2**30
    TICKS_MS,       // read: time, modulo 2**29
    WAIT_US,        // time goes by on the bus
    IDLE_US,        // or with nothing to do
    RECORD,         // 1: calls are recorded from here on; 0: no more
    HEAP,           // so many bytes of heap were asked for
    PATH,           // a file is looked for (address of a string)
    PATH_KIND,      // read: 0 = absent, 1 = folder, 2 = file
    PATH_AT,        // read: where its text lies
    PATH_BYTES,     // read: how long it is
    HEAP_BYTES,     // read: how much memory the heap can grow in
    END,            // the program is over: 0 = well
    FILE_OFFSET,    // where in the file of PATH, which the program writes
    FILE_BUFFER,    // from or to this address
    FILE_READ,      // so many bytes are read
    FILE_WRITE,     // or written; the flash takes its time
    FILE_DONE,      // read: how many were
    FILE_BYTES,     // read: how long the file is, -1 = absent
    DUE_US,         // when the sample that was just given out became due
    NOW_US,         // read: time, modulo 2**30
    FUNCTION_LINE,  // the line of its first statement; told before its name
};
#if NATIVE
void tell(int what, uint32_t value);
uint32_t told(int what);
#else
#define EMULATOR ((volatile uint32_t *)0x40064000)
static inline void tell(int what, uint32_t value) {
    EMULATOR[what] = value;
}
static inline uint32_t told(int what) {
    return EMULATOR[what];
}
#endif
void heap_init(void);
void finish(int code) __attribute__((noreturn));
void play(void *stack_top, unsigned stack_bytes) __attribute__((noreturn));
