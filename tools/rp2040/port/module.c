// The module "emulator": what the scripts ask of it.
#include "py/objarray.h"
#include "py/runtime.h"
#include "emulator.h"

static mp_obj_t cycles(void) {
    return MP_OBJ_NEW_SMALL_INT(EMULATOR[CYCLES]);
}
static MP_DEFINE_CONST_FUN_OBJ_0(cycles_obj, cycles);

static mp_obj_t ticks_ms(void) {
    return MP_OBJ_NEW_SMALL_INT(EMULATOR[TICKS_MS]);
}
static MP_DEFINE_CONST_FUN_OBJ_0(ticks_ms_obj, ticks_ms);

static mp_obj_t wait_us(mp_obj_t time_us) {
    EMULATOR[WAIT_US] = mp_obj_get_int(time_us);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(wait_us_obj, wait_us);

static mp_obj_t record(mp_obj_t on) {
    EMULATOR[RECORD] = mp_obj_is_true(on);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(record_obj, record);

// CircuitPython's memoryview(buf).cast("h"), which MicroPython has not.
static mp_obj_t halves_of(mp_obj_t buf) {
    mp_buffer_info_t info;
    mp_get_buffer_raise(buf, &info, MP_BUFFER_RW);
    return mp_obj_new_memoryview('h' | MP_OBJ_ARRAY_TYPECODE_FLAG_RW, info.len / 2, info.buf);
}
static MP_DEFINE_CONST_FUN_OBJ_1(halves_of_obj, halves_of);

static const mp_rom_map_elem_t table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_emulator) },
    { MP_ROM_QSTR(MP_QSTR_cycles), MP_ROM_PTR(&cycles_obj) },
    { MP_ROM_QSTR(MP_QSTR_ticks_ms), MP_ROM_PTR(&ticks_ms_obj) },
    { MP_ROM_QSTR(MP_QSTR_wait_us), MP_ROM_PTR(&wait_us_obj) },
    { MP_ROM_QSTR(MP_QSTR_record), MP_ROM_PTR(&record_obj) },
    { MP_ROM_QSTR(MP_QSTR_halves_of), MP_ROM_PTR(&halves_of_obj) },
};
static MP_DEFINE_CONST_DICT(globals, table);
const mp_obj_module_t emulator_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR_emulator, emulator_module);
