/* SPDX-License-Identifier: ISC */
#include "keys/restored.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "keys/keyfile.h"

#define FILE_NAME "restored"

int
restored_set(int dir, struct err *e)
{
	return keyfile_save(dir, FILE_NAME, 0600,
	    STR("mailseal-restored/1\n"
	        "Nothing is signed until the published copy was asked: mailseal restore "
	        "--confirm\n"),
	    e);
}

int
restored_is(int dir, struct err *e)
{
	int fd = openat(dir, FILE_NAME, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return errno == ENOENT ? 0 : err_sys(e, FILE_NAME);
	close(fd);
	return 1;
}

int
restored_clear(int dir, struct err *e)
{
	if ((unlinkat(dir, FILE_NAME, 0) == -1 && errno != ENOENT) || fsync(dir) == -1)
		return err_sys(e, FILE_NAME);
	return 0;
}
