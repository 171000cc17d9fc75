// The module "emulator": what the scripts ask of it.
#include "py/gc.h"
#include "py/objarray.h"
#include "py/runtime.h"
#include "emulator.h"

static mp_obj_t cycles(void) {
    return MP_OBJ_NEW_SMALL_INT(told(CYCLES));
}
static MP_DEFINE_CONST_FUN_OBJ_0(cycles_obj, cycles);

static mp_obj_t ticks_ms(void) {
    return MP_OBJ_NEW_SMALL_INT(told(TICKS_MS));
}
static MP_DEFINE_CONST_FUN_OBJ_0(ticks_ms_obj, ticks_ms);

static mp_obj_t now_us(void) {
    return MP_OBJ_NEW_SMALL_INT(told(NOW_US));
}
static MP_DEFINE_CONST_FUN_OBJ_0(now_us_obj, now_us);

static mp_obj_t wait_us(mp_obj_t time_us) {
    tell(WAIT_US, mp_obj_get_int(time_us));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(wait_us_obj, wait_us);

static mp_obj_t idle_us(mp_obj_t time_us) {
    tell(IDLE_US, mp_obj_get_int(time_us));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(idle_us_obj, idle_us);

static mp_obj_t due_us(mp_obj_t time_us) {
    tell(DUE_US, mp_obj_get_int(time_us));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(due_us_obj, due_us);

// Bytes in use, free, and of the largest block that can be had, into three ints.
static mp_obj_t heap_into(mp_obj_t numbers) {
    mp_buffer_info_t found;
    mp_get_buffer_raise(numbers, &found, MP_BUFFER_WRITE);
    gc_info_t info;
    gc_info(&info);
    int *into = found.buf;
    into[0] = info.used;
    into[1] = info.free + info.max_new_split;
    into[2] = MAX(info.max_free * MICROPY_BYTES_PER_GC_BLOCK, info.max_new_split);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(heap_into_obj, heap_into);

// Names that are not in the flash, and their bytes of heap, into two ints.
static mp_obj_t names_into(mp_obj_t numbers) {
    mp_buffer_info_t found;
    mp_get_buffer_raise(numbers, &found, MP_BUFFER_WRITE);
    size_t pools, names, text, total;
    qstr_pool_info(&pools, &names, &text, &total);
    int *into = found.buf;
    into[0] = names;
    into[1] = total;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(names_into_obj, names_into);

// Every block of the heap, a letter each, as MicroPython draws it.
static mp_obj_t heap_map(void) {
    gc_dump_alloc_table(&mp_plat_print);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(heap_map_obj, heap_map);

static mp_obj_t end(void) {
    finish(0);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(end_obj, end);

static mp_obj_t record(mp_obj_t on) {
    tell(RECORD, mp_obj_is_true(on));
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

MP_DECLARE_CONST_FUN_OBJ_1(file_bytes_obj);
MP_DECLARE_CONST_FUN_OBJ_3(file_read_obj);
MP_DECLARE_CONST_FUN_OBJ_3(file_write_obj);

static const mp_rom_map_elem_t table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_emulator) },
    { MP_ROM_QSTR(MP_QSTR_cycles), MP_ROM_PTR(&cycles_obj) },
    { MP_ROM_QSTR(MP_QSTR_ticks_ms), MP_ROM_PTR(&ticks_ms_obj) },
    { MP_ROM_QSTR(MP_QSTR_now_us), MP_ROM_PTR(&now_us_obj) },
    { MP_ROM_QSTR(MP_QSTR_wait_us), MP_ROM_PTR(&wait_us_obj) },
    { MP_ROM_QSTR(MP_QSTR_idle_us), MP_ROM_PTR(&idle_us_obj) },
    { MP_ROM_QSTR(MP_QSTR_due_us), MP_ROM_PTR(&due_us_obj) },
    { MP_ROM_QSTR(MP_QSTR_heap_into), MP_ROM_PTR(&heap_into_obj) },
    { MP_ROM_QSTR(MP_QSTR_heap_map), MP_ROM_PTR(&heap_map_obj) },
    { MP_ROM_QSTR(MP_QSTR_names_into), MP_ROM_PTR(&names_into_obj) },
    { MP_ROM_QSTR(MP_QSTR_end), MP_ROM_PTR(&end_obj) },
    { MP_ROM_QSTR(MP_QSTR_file_bytes), MP_ROM_PTR(&file_bytes_obj) },
    { MP_ROM_QSTR(MP_QSTR_file_read), MP_ROM_PTR(&file_read_obj) },
    { MP_ROM_QSTR(MP_QSTR_file_write), MP_ROM_PTR(&file_write_obj) },
    { MP_ROM_QSTR(MP_QSTR_record), MP_ROM_PTR(&record_obj) },
    { MP_ROM_QSTR(MP_QSTR_halves_of), MP_ROM_PTR(&halves_of_obj) },
};
static MP_DEFINE_CONST_DICT(globals, table);
const mp_obj_module_t emulator_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR_emulator, emulator_module);
