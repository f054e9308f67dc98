package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.port.PortException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** What is wrong before there is a TAP, and what we say then. */
class TapConfigTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "sixteen-letters-", "a b", "a/b", "a:b", "ä"})
    void aNameThatNoInterfaceCanHave(String name) {
        assertThatThrownBy(() -> TapConfig.builder().name(name).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("1 to 15", "\"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 67, 65_522})
    void anMtuThatNoTapCanHave(int mtu) {
        assertThatThrownBy(() -> TapConfig.builder().mtu(mtu).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the MTU of a TAP is 68 to 65521 octets; given " + mtu);
    }

    @Test
    void aGroupIsNoStation() {
        assertThatThrownBy(() -> TapConfig.builder().macAddress(0x0100_5e00_0001L).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unicast");
    }

    @Test
    void withoutTheDriverItSaysHowToLoadIt(@TempDir Path folder) {
        String device = folder.resolve("tun").toString();
        assertThatThrownBy(() -> TapPort.open(TapConfig.builder().device(device).build()))
                .isInstanceOf(PortException.class)
                .hasMessageContainingAll(device, "ENOENT", "modprobe tun");
    }

    @Test
    void anotherDeviceIsNotTaken() {
        assertThatThrownBy(() -> TapPort.open(TapConfig.builder().device("/dev/null").build()))
                .isInstanceOf(PortException.class)
                .hasMessageContainingAll("/dev/null", "ENOTTY", "not the tun device");
    }

    @Test
    void aFileThatIsNotOursSaysWhoMayOpenIt() {
        assertThat(TapDevice.cannotOpen("/dev/net/tun", Errno.EACCES))
                .hasMessage(
                        "cannot open /dev/net/tun (EACCES, permission denied): this user may not:"
                                + " run as root, or let root \"chmod 666 /dev/net/tun\"");
    }

    @Test
    void withoutThePrivilegeItNamesTheCapability() {
        assertThat(TapDevice.cannotAttach(TapConfig.builder().name("rw0").build(), Errno.EPERM))
                .hasMessageContainingAll("rw0", "CAP_NET_ADMIN", "unshare -rn");
    }
}
