/**
 * The rows of the RFCs' tables of requirements, a test for each, and COMPLIANCE.md made of them.
 */
@NullMarked
package io.ringway.testkit.requirements;

import org.jspecify.annotations.NullMarked;
