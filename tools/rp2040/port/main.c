// MicroPython: it runs main.py, and the emulator serves files and output.
#include "py/compile.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "py/lexer.h"
#include "py/pystack.h"
#include "py/runtime.h"
#include "shared/runtime/gchelper.h"
#include "emulator.h"

#define COLLECTOR 1  // its number among the functions

static mp_obj_t python_stack[1536 / sizeof(mp_obj_t)];  // as CircuitPython's

void mp_hal_stdout_tx_strn_cooked(const char *text, size_t length) {
    tell(HOLD, 0);
    while (length--) {
        tell(OUT, (uint8_t)*text++);
    }
    tell(GO, 0);
}

void gc_collect(void) {
    tell(CALL, COLLECTOR);
    tell(GO, 0);
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
    tell(RETURN, COLLECTOR);
}

void nlr_jump_fail(void *value) {
    finish(2);
}

static int run(const char *path) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        mp_obj_print_exception(&mp_plat_print, MP_OBJ_FROM_PTR(nlr.ret_val));
        return 1;
    }
    mp_lexer_t *lexer = mp_lexer_new_from_file(qstr_from_str(path));
    qstr name = lexer->source_name;
    mp_parse_tree_t tree = mp_parse(lexer, MP_PARSE_FILE_INPUT);
    mp_call_function_0(mp_compile(&tree, name, false));
    nlr_pop();
    return 0;
}

void play(void *stack_top, unsigned stack_bytes) {
    mp_cstack_init_with_top(stack_top, stack_bytes);
    mp_pystack_init(python_stack, python_stack + MP_ARRAY_SIZE(python_stack));
    heap_init();
    mp_init();
    finish(run("main.py"));
}
