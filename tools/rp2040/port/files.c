// The emulator serves files: the program's, from flash, and those that the program writes.
#include "py/builtin.h"
#include "py/lexer.h"
#include "py/mperrno.h"
#include "py/reader.h"
#include "py/runtime.h"
#include "emulator.h"

mp_import_stat_t mp_import_stat(const char *path) {
    tell(PATH, (uint32_t)path);
    switch (told(PATH_KIND)) {
        case 1: return MP_IMPORT_STAT_DIR;
        case 2: return MP_IMPORT_STAT_FILE;
        default: return MP_IMPORT_STAT_NO_EXIST;
    }
}

static const byte *find(qstr name) {
    if (mp_import_stat(qstr_str(name)) != MP_IMPORT_STAT_FILE) {
        mp_raise_OSError(MP_ENOENT);
    }
    return (const byte *)told(PATH_AT);
}

mp_lexer_t *mp_lexer_new_from_file(qstr name) {
    const char *text = (const char *)find(name);
    return mp_lexer_new_from_str_len(name, text, told(PATH_BYTES), 0);
}

// A compiled module; what it holds is copied into the heap, as from a drive.
void mp_reader_new_file(mp_reader_t *reader, qstr name) {
    const byte *code = find(name);
    mp_reader_new_mem(reader, code, told(PATH_BYTES), 0);
}

// A program opens files by way of the stand-in board.
static mp_obj_t open_file(size_t count, const mp_obj_t *arguments) {
    mp_raise_OSError(MP_ENOENT);
}
MP_DEFINE_CONST_FUN_OBJ_VAR(mp_builtin_open_obj, 1, open_file);

// Bytes of a file that the program writes, -1 = absent.
static mp_obj_t file_bytes(mp_obj_t path) {
    tell(PATH, (uint32_t)mp_obj_str_get_str(path));
    return MP_OBJ_NEW_SMALL_INT((int)told(FILE_BYTES));
}
MP_DEFINE_CONST_FUN_OBJ_1(file_bytes_obj, file_bytes);

static mp_obj_t transfer(mp_obj_t path, mp_obj_t offset, mp_obj_t buffer, int how) {
    mp_buffer_info_t info;
    mp_get_buffer_raise(buffer, &info, how == FILE_READ ? MP_BUFFER_WRITE : MP_BUFFER_READ);
    tell(PATH, (uint32_t)mp_obj_str_get_str(path));
    tell(FILE_OFFSET, mp_obj_get_int(offset));
    tell(FILE_BUFFER, (uint32_t)info.buf);
    tell(how, info.len);
    return MP_OBJ_NEW_SMALL_INT(told(FILE_DONE));
}

static mp_obj_t file_read(mp_obj_t path, mp_obj_t offset, mp_obj_t buffer) {
    return transfer(path, offset, buffer, FILE_READ);
}
MP_DEFINE_CONST_FUN_OBJ_3(file_read_obj, file_read);

static mp_obj_t file_write(mp_obj_t path, mp_obj_t offset, mp_obj_t buffer) {
    return transfer(path, offset, buffer, FILE_WRITE);
}
MP_DEFINE_CONST_FUN_OBJ_3(file_write_obj, file_write);
