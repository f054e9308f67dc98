package io.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandlerTableTest {
    private final HandlerTable table = new HandlerTable();
    private final TcpHandler first = connection -> {};
    private final TcpHandler second = connection -> {};

    @Test
    void connectionsWithTheSameHandlerShareANumber() {
        int number = table.add(first, HandlerTable.ACTIVE);
        assertThat(table.add(first, HandlerTable.ACTIVE)).isEqualTo(number);
        assertThat(table.add(second, HandlerTable.ACTIVE)).isNotEqualTo(number);
        assertThat(table.get(number)).isSameAs(first);
    }

    @Test
    void aNumberIsFreeWhenItsLastConnectionIsOver() {
        int number = table.add(first, HandlerTable.ACTIVE);
        table.add(first, HandlerTable.ACTIVE);
        table.opened(number);
        table.closed(number);
        assertThat(table.add(second, HandlerTable.ACTIVE)).isNotEqualTo(number);
        table.closed(number);
        assertThat(table.add(first, HandlerTable.PASSIVE)).isEqualTo(number);
    }

    @Test
    void aListenersNumberOutlivesItForTheSakeOfItsConnections() {
        int number = table.add(first, HandlerTable.PASSIVE);
        table.listener(0, number);
        table.opened(number);
        assertThat(table.endListener(0)).isEqualTo(number);
        table.release(number);
        assertThat(table.get(number)).isSameAs(first);
        table.closed(number);
        assertThat(table.add(second, HandlerTable.PASSIVE)).isEqualTo(number);
        assertThat(table.endListener(0)).isEqualTo(-1);
    }

    @Test
    void itGrows() {
        for (int i = 0; i < 100; i++) {
            assertThat(table.add(connection -> {}, HandlerTable.PASSIVE)).isEqualTo(i);
        }
    }
}
