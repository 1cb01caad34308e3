/* SPDX-License-Identifier: ISC */
#ifndef STORE_MIGRATIONS_H
#define STORE_MIGRATIONS_H

/* migrations: the texts of sql/0*.sql in their order, compiled in (Makefile.am); NULL ends. */
extern const char *const migrations[];

#endif
