package io.ringway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringway.linux.Finding.State;

import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final long ALL = -1;

    @Test
    void everyFindingThatIsNotOkSaysWhatToDo() {
        assertThat(Doctor.examine())
                .hasSizeGreaterThan(15)
                .allSatisfy(finding -> {
                    assertThat(finding.detail()).isNotBlank();
                    assertThat(finding.remedy().isEmpty()).isEqualTo(finding.state() == State.OK);
                });
    }

    @Test
    void aMissingCapabilityIsNamedWithItsUse() {
        long withoutBpf = ALL & ~(1L << 39);
        assertThat(Doctor.privileges(0, ALL).state()).isEqualTo(State.OK);
        assertThat(Doctor.privileges(0, withoutBpf).state()).isEqualTo(State.LIMITED);
        assertThat(Doctor.privileges(0, withoutBpf).detail())
                .isEqualTo("root, without CAP_BPF to load the program of AF_XDP");
        assertThat(Doctor.privileges(1000, 0).state()).isEqualTo(State.MISSING);
        assertThat(Doctor.privileges(1000, 0).detail()).contains("user 1000", "CAP_NET_ADMIN");
    }

    @Test
    void capabilitiesAreReadAsTheKernelWritesThem() {
        long effective =
                Capabilities.effective("Name:\tjava\nCapEff:\t0000000000003000\nCapBnd:\t0\n");
        assertThat(Capabilities.NET_ADMIN.isIn(effective)).isTrue();
        assertThat(Capabilities.NET_RAW.isIn(effective)).isTrue();
        assertThat(Capabilities.SYS_ADMIN.isIn(effective)).isFalse();
        assertThat(Capabilities.effective("nothing of the kind")).isZero();
    }

    @Test
    void whatTheKernelSaysOfHugePages() {
        assertThat(Doctor.hugePages("always [madvise] never").detail()).isEqualTo("madvise");
        assertThat(Doctor.hugePages("always madvise [never]").state()).isEqualTo(State.LIMITED);
        assertThat(Doctor.hugePages("").state()).isEqualTo(State.LIMITED);
    }

    @Test
    void theLimitOfLockedMemory() {
        String small = "Max locked memory         8388608              8388608              bytes";
        String none = "Max locked memory         unlimited            unlimited            bytes";
        assertThat(Doctor.lockedMemory(small, 0).state()).isEqualTo(State.LIMITED);
        assertThat(Doctor.lockedMemory(small, ALL).state()).isEqualTo(State.OK);
        assertThat(Doctor.lockedMemory(none, 0).state()).isEqualTo(State.OK);
        assertThat(Doctor.lockedMemory("", 0).state()).isEqualTo(State.LIMITED);
    }

    @Test
    void versionsAndCounts() {
        assertThat(Doctor.jdk(25).state()).isEqualTo(State.OK);
        assertThat(Doctor.jdk(21).remedy()).isEqualTo("install JDK 25 or newer");
        assertThat(Doctor.kernel("6.18.44").state()).isEqualTo(State.OK);
        assertThat(Doctor.kernel("4.19.0-1").state()).isEqualTo(State.LIMITED);
        assertThat(Doctor.kernel("").state()).isEqualTo(State.MISSING);
        assertThat(Doctor.processors(1).state()).isEqualTo(State.LIMITED);
        assertThat(Doctor.isolatedCores("2-3").detail()).isEqualTo("2-3");
        assertThat(Doctor.tunDevice(false, false).remedy()).contains("modprobe tun", "--device");
        assertThat(Doctor.tunDevice(true, false).remedy()).contains("chmod 666 /dev/net/tun");
    }
}
