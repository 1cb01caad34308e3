/* SPDX-License-Identifier: ISC */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * err: why an operation did not happen.  There is one kind for each thing a caller does about
 * it.  What a mail turned out to be is a finding, not an error.  The text never holds mail
 * content, and says what, where, and what would be right.
 */
enum err_kind {
	ERR_NONE,
	ERR_SYNTAX,  /* the bytes are not what the format says: refuse them */
	ERR_LIMIT,   /* larger than we take (base/limits.h): refuse them */
	ERR_SYSTEM,  /* the system refused: stop, restart, re-read */
	ERR_RETRY,   /* the network or a peer was not there: try again later */
	ERR_REFUSED, /* a peer or a proof is not who or what it should be: never go on with it */
	ERR_CONFIG,  /* a person must mend it */
	ERR_DAMAGED, /* what we stored is not what we left: stop, touch nothing */
	ERR_INPUT,   /* what a person named is not there or cannot be read: name another */
	ERR_OUTPUT,  /* a file cannot be written where a person wants it: make room, name another */
	ERR_LATER,   /* a peer wants to be left alone for a while: try again much later */
};

struct err {
	enum err_kind kind;
	char text[512];
};

/*
 * Each sets *e (which may be NULL) and is -1, so that `return err_set(...)` is one line.
 * (The macros let the compiler see that -1, so that it knows what is set after a success.)
 *
 * err_set(e, kind, fmt, ...)  why
 * err_sys(e, fmt, ...)        ERR_SYSTEM, with what errno means
 * err_at(e, fmt, ...)         puts the place, and ": ", before the text as the error goes up
 */
#define err_set(...)                       \
	__extension__({                    \
		err_set_text(__VA_ARGS__); \
		-1;                        \
	})
#define err_sys(...)                       \
	__extension__({                    \
		err_sys_text(__VA_ARGS__); \
		-1;                        \
	})
#define err_at(...)                       \
	__extension__({                   \
		err_at_text(__VA_ARGS__); \
		-1;                       \
	})

void err_set_text(struct err *e, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void err_sys_text(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_at_text(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
