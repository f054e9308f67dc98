package io.ringway.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=2-4, 2, 3",
        "bytes=5-, 5, 5",
        "bytes=5-999, 5, 5",
        "bytes=-3, 7, 3",
        "bytes=-30, 0, 10",
        "bytes = 1 - 2, 1, 2"
    })
    void whichOctetsOfTenAreMeant(String field, long first, long length) throws HttpException {
        assertThat(ByteRange.parse(field, 10)).isEqualTo(new ByteRange(first, length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes=", "bytes=-", "bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"})
    void whatIsMalformedOrNotSupportedIsIgnored(String field) throws HttpException {
        assertThat(ByteRange.parse(field, 10)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0"})
    void whatIsOutsideCannotBeSatisfied(String field) {
        assertThatThrownBy(() -> ByteRange.parse(field, 10)).isInstanceOf(HttpException.class);
    }

    @Test
    void nothingOfAnEmptyFileCanBeSatisfied() {
        assertThatThrownBy(() -> ByteRange.parse("bytes=0-", 0)).isInstanceOf(HttpException.class);
    }
}
