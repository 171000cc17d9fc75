// MicroPython asks a port for these; there is no console to interrupt from.
static inline void mp_hal_set_interrupt_char(char c) {
    (void)c;
}
