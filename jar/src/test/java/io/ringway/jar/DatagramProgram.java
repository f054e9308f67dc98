package io.ringway.jar;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * A program that knows nothing of Ringway: it gives one datagram back, then sends one to the next
 * port of another address, and prints what comes back.
 */
final class DatagramProgram {
    private DatagramProgram() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        try (DatagramSocket socket = new DatagramSocket(port)) {
            System.out.println("READY");
            socket.receive(packet);
            socket.send(packet);
            System.out.println("ECHOED");
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            byte[] sent = "from a datagram socket".getBytes(StandardCharsets.UTF_8);
            InetAddress remote = InetAddress.getByName(args[1]);
            socket.send(new DatagramPacket(sent, sent.length, remote, port + 1));
            packet.setLength(2000);
            socket.receive(packet);
            System.out.println(
                    "GOT "
                            + new String(
                                    packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8)
                            + " "
                            + packet.getPort());
        }
    }
}
