// The byte format of package internal/wire, which documents it.
#ifndef SNAKEPIT_WIRE_H
#define SNAKEPIT_WIRE_H

enum {
    SP_NONE,
    SP_FALSE,
    SP_TRUE,
    SP_INT,
    SP_UINT,
    SP_BIGINT,
    SP_FLOAT,
    SP_COMPLEX,
    SP_STR,
    SP_BYTES,
    SP_STR_REF,
    SP_BYTES_REF,
    SP_LIST,
    SP_TUPLE,
    SP_DICT,
    SP_SET,
    SP_FROZEN_SET,
    SP_FLOATS,
    SP_FLOATS_REF,
    SP_INTS,
    SP_INTS_REF,
    SP_OBJECT,
    SP_EXT,
    SP_MISSING,
    SP_FIELDS,
    SP_TENSOR,
    SP_ARROW,
    SP_ENCODED = 255
};

#define SP_HEADER_SIZE 16

#endif
