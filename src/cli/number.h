/* SPDX-License-Identifier: ISC */
#ifndef CLI_NUMBER_H
#define CLI_NUMBER_H

#include "store/store.h"

/* number: a message as people cite it, "2026-000123". */

/* Its record; views as store_get.  0, or -1 with ERR_CONFIG when there is no such message. */
int number_find(struct store *s, struct str number, struct store_record *r, struct err *e);

#endif
