package io.ringway.linux;

/** What {@link StackOverPacketTest} runs under {@code unshare -rn}: no privilege but there. */
final class InUserNamespace {
    private InUserNamespace() {}

    public static void main(String[] arguments) throws Exception {
        boolean isRight = true;
        try (var lab = new PacketLab();
                var stack =
                        lab.start(
                                PacketConfig.builder("near")
                                        .macAddress(0x0200_0000_0077L)
                                        .build())) {
            for (String address : PacketLab.OUR_ADDRESSES) {
                isRight &= lab.echoes(address, 4 << 20);
            }
            System.out.println(stack + (isRight ? " echoes" : " is wrong"));
        }
        System.exit(isRight ? 0 : 1);
    }
}
