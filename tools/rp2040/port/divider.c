// Divisions by the RP2040's divider, as its SDK has them (RP2040 datasheet, section 2.3.1.5).
#include <stdint.h>
#define SIO ((volatile uint32_t *)0xd0000000)
enum { UNSIGNED = 0x60 / 4, SIGNED = 0x68 / 4, QUOTIENT = 0x70 / 4, REMAINDER = 0x74 / 4 };

// The quotient in the lower half, the remainder in the upper one, as the compiler wants them.
static inline uint64_t divide(int kind, uint32_t dividend, uint32_t divisor) {
    SIO[kind] = dividend;
    SIO[kind + 1] = divisor;
    __asm volatile ("b 1f\n1: b 1f\n1: b 1f\n1: b 1f\n1:");  // eight cycles
    uint32_t remainder = SIO[REMAINDER];
    return (uint64_t)remainder << 32 | SIO[QUOTIENT];
}

uint32_t __wrap___aeabi_idiv(uint32_t a, uint32_t b) {
    return divide(SIGNED, a, b);
}

uint64_t __wrap___aeabi_idivmod(uint32_t a, uint32_t b) {
    return divide(SIGNED, a, b);
}

uint32_t __wrap___aeabi_uidiv(uint32_t a, uint32_t b) {
    return divide(UNSIGNED, a, b);
}

uint64_t __wrap___aeabi_uidivmod(uint32_t a, uint32_t b) {
    return divide(UNSIGNED, a, b);
}
