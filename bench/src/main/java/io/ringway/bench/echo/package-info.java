/** Echo over the link in memory: a stack under test, and a peer that costs it nothing. */
@NullMarked
package io.ringway.bench.echo;

import org.jspecify.annotations.NullMarked;
