/** What people see of a running command: progress bars, tables, sparklines, numbers with units. */
@NullMarked
package io.ringway.cli.show;

import org.jspecify.annotations.NullMarked;
