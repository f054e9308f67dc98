package io.ringway.linux;

import static io.ringway.linux.BpfProgram.Register.FP;
import static io.ringway.linux.BpfProgram.Register.R0;
import static io.ringway.linux.BpfProgram.Register.R1;
import static io.ringway.linux.BpfProgram.Register.R2;
import static io.ringway.linux.BpfProgram.Register.R6;
import static io.ringway.linux.BpfProgram.Register.R9;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringway.linux.BpfProgram.Condition;
import io.ringway.linux.BpfProgram.Helper;
import io.ringway.linux.BpfProgram.Operation;
import io.ringway.linux.BpfProgram.Width;
import io.ringway.port.PortException;
import io.ringway.testkit.Privileged;

import org.junit.jupiter.api.Test;

/** Instructions are encoded as RFC 9669 and the kernel's disassembler have them. */
class BpfProgramTest {
    @Test
    void loadsAndStores() {
        assertThat(encoded(BpfProgram.builder().load(Width.OCTET, R2, R1, 5)))
                .isEqualTo("71 12 0005 00000000");
        assertThat(encoded(BpfProgram.builder().load(Width.HALF, R2, R1, 12)))
                .isEqualTo("69 12 000c 00000000");
        assertThat(encoded(BpfProgram.builder().load(Width.WORD, R6, R1, 4)))
                .isEqualTo("61 16 0004 00000000");
        assertThat(encoded(BpfProgram.builder().load(Width.LONG, R0, R9, 0)))
                .isEqualTo("79 90 0000 00000000");
        assertThat(encoded(BpfProgram.builder().store(Width.LONG, FP, -16, R2)))
                .isEqualTo("7b 2a fff0 00000000");
        assertThat(encoded(BpfProgram.builder().store(Width.WORD, FP, -8, -1)))
                .isEqualTo("62 0a fff8 ffffffff");
    }

    @Test
    void arithmetic() {
        assertThat(encoded(BpfProgram.builder().set(R6, R1))).isEqualTo("bf 16 0000 00000000");
        assertThat(encoded(BpfProgram.builder().set(R0, 2))).isEqualTo("b7 00 0000 00000002");
        assertThat(encoded(BpfProgram.builder().compute(Operation.ADD, R2, -20)))
                .isEqualTo("07 02 0000 ffffffec");
        assertThat(encoded(BpfProgram.builder().compute(Operation.SHIFT_RIGHT, R1, R9)))
                .isEqualTo("7f 91 0000 00000000");
        assertThat(encoded(BpfProgram.builder().fromNetwork16(R2)))
                .isEqualTo("dc 02 0000 00000010");
    }

    @Test
    void callsMapsAndTheEnd() {
        assertThat(encoded(BpfProgram.builder().call(Helper.REDIRECT_MAP)))
                .isEqualTo("85 00 0000 00000033");
        assertThat(encoded(BpfProgram.builder().map(R1, 7)))
                .isEqualTo("18 11 0000 00000007, 00 00 0000 00000000");
        assertThat(encoded(BpfProgram.builder().exit())).isEqualTo("95 00 0000 00000000");
    }

    @Test
    void aJumpCountsFromTheInstructionBehindIt() {
        var program =
                BpfProgram.builder()
                        .jumpIf(Condition.ABOVE, R2, R1, "end")
                        .jumpIf(Condition.EQUAL, R2, 6, "end")
                        .jump("end")
                        .map(R1, 3)
                        .label("end");
        assertThat(encoded(program))
                .isEqualTo(
                        "2d 12 0004 00000000, 15 02 0003 00000006, 05 00 0002 00000000,"
                                + " 18 11 0000 00000003, 00 00 0000 00000000");
    }

    @Test
    void aLabelIsThereOnceAndBehindItsJumps() {
        assertThatThrownBy(() -> BpfProgram.builder().label("a").label("a"))
                .hasMessageContaining("\"a\" is there twice");
        assertThatThrownBy(() -> BpfProgram.builder().jump("nowhere").exit().build())
                .hasMessageContaining("no label \"nowhere\"");
        assertThatThrownBy(() -> BpfProgram.builder().label("back").jump("back").build())
                .hasMessageContaining("behind instruction 0");
        assertThatThrownBy(() -> BpfProgram.builder().load(Width.WORD, R0, R1, 40_000))
                .hasMessageContaining("16 bits");
    }

    @Test
    @Privileged
    void theVerifiersWordsAreInTheError() {
        var program = BpfProgram.builder().load(Width.LONG, R0, R1, 0).exit().build();
        assertThatThrownBy(() -> Bpf.load(program, Bpf.PROGRAM_XDP, 0, "rw_bad"))
                .isInstanceOf(PortException.class)
                .hasMessageContainingAll(
                        "rw_bad", "its verifier says", "invalid bpf_context access");
    }

    private static String encoded(BpfProgram.Builder builder) {
        StringBuilder text = new StringBuilder();
        for (long instruction : builder.build().instructions()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(
                            String.format(
                                    "%02x %02x %04x %08x",
                                    instruction & 0xff,
                                    instruction >>> 8 & 0xff,
                                    instruction >>> 16 & 0xffff,
                                    instruction >>> 32));
        }
        return text.toString();
    }
}
