// Tells the emulator of each function's begin and end, and of what is taken from the heap. The
// linker puts these in place of MicroPython's own (--wrap), so its source stays as it is.
#include "py/bc.h"
#include "py/gc.h"
#include "py/objfun.h"
#include "emulator.h"

static void tell_name(mp_obj_fun_bc_t *fun) {
    const byte *ip = fun->bytecode;
    MP_BC_PRELUDE_SIG_DECODE(ip);
    MP_BC_PRELUDE_SIZE_DECODE(ip);
    const qstr_short_t *names = fun->context->constants.qstr_table;
    const byte *lines_end = ip + n_info;
    const byte *lines = ip;
    for (size_t i = 0; i < 1 + n_pos_args + n_kwonly_args; i++) {
        lines = mp_decode_uint_skip(lines);  // its name and those of its arguments stand before
    }
    tell(FILE_NAME, (uint32_t)qstr_str(names[0]));
    tell(FUNCTION_LINE, mp_bytecode_get_source_line(lines, lines_end, 0));
    tell(FUNCTION_NAME, (uint32_t)qstr_str(names[mp_decode_uint_value(ip)]));
}

mp_vm_return_kind_t __real_mp_execute_bytecode(mp_code_state_t *code, volatile mp_obj_t thrown);
mp_vm_return_kind_t __wrap_mp_execute_bytecode(mp_code_state_t *code, volatile mp_obj_t thrown) {
    tell(CALL, (uint32_t)code->fun_bc->bytecode);
    if (!told(IS_KNOWN)) {
        tell_name(code->fun_bc);
    }
    uint32_t number = (uint32_t)code->fun_bc->bytecode;
    tell(GO, 0);
    mp_vm_return_kind_t kind = __real_mp_execute_bytecode(code, thrown);
    tell(RETURN, number);
    return kind;
}

void *__real_gc_alloc(size_t bytes, unsigned int flags);
void *__wrap_gc_alloc(size_t bytes, unsigned int flags) {
    tell(HEAP, bytes);
    return __real_gc_alloc(bytes, flags);
}

void *__real_gc_realloc(void *old, size_t bytes, bool may_move);
void *__wrap_gc_realloc(void *old, size_t bytes, bool may_move) {
    tell(HEAP, bytes);
    return __real_gc_realloc(old, bytes, may_move);
}
