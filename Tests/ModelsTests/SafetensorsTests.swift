import LariatModels
import LinearAlgebra
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
    private static let example = Safetensors(
        metadata: ["note": "a \"quoted\"\nline"],
        tensors: [
            .init(name: "w", shape: [2, 3], values: .float([1, 2, 3, -4, 5.5, 6])),
            .init(name: "b", shape: [2], values: .double([0.1, -0.2])),
        ])

    @Test func comesBackAsItWas() throws {
        let bytes = Self.example.encodedUnchecked()
        let file = try Safetensors(decoding: bytes)
        #expect(file.tensors == Self.example.tensors)
        #expect(file.metadata["note"] == Self.example.metadata["note"])
        #expect(Self.example.encodedUnchecked() == bytes)
    }

    /// Each bit of a file matters: flipped, it is never read as a model.
    @Test func anyFlippedBitIsAnError() {
        let bytes = Self.example.encodedUnchecked()
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: ModelFileError.self, "bit \(bit)") { try Safetensors(decoding: damaged) }
        }
    }

    @Test func anyCutIsAnError() {
        let bytes = Self.example.encodedUnchecked()
        for count in 0..<bytes.count {
            #expect(throws: ModelFileError.self) { try Safetensors(decoding: Array(bytes[..<count])) }
        }
    }

    /// One rule of the format broken at a time.
    @Test(arguments: [
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#, 8, "expected ','"),
        (#"["w"]"#, 0, "does not start with '{'"),
        (
            #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#,
            16, "'w' occurs twice"
        ),
        (#"{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, 4, "unknown type 'F16'"),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, "starts at byte 4, not at 0"),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "before it starts"),
        (#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "its shape needs 12"),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 12, "the tensors account for 8"),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "of data that have 4"),
        (
            #"{"w":{"dtype":"F32","shape":[4194305,4194305,211106198978564],"data_offsets":[0,16]}}"#, 16,
            "size overflows"
        ),
        (#"{"w":{"dtype":"F32","shape":[1,1,1,1,1],"data_offsets":[0,4]}}"#, 4, "5 dimensions"),
        (#"{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "not negative"),
        (#"{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}"#, 6, "expected ','"),
        (#"{"w":{"dtype":"F32","shape":[1]}}"#, 4, "needs dtype, shape and data_offsets"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4, "nothing else"),
        (#"{"__metadata__":{"a":1},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "no string"),
        (#"{"__metadata__":[]}"#, 0, "no JSON object"), (#"{"w":7}"#, 0, "needs dtype"),
        (#"{"a":"\x"}"#, 0, "unknown escape"),
        (#"{"a":"\ud800"}"#, 0, "surrogate"), (#"{"a":[[[[[[1]]]]]]}"#, 0, "nested too deeply"),
        (#"{"a":01}"#, 0, "starts with 0"),
        (#"{"a":99999999999999999999}"#, 0, "too large"), (#"{"a":1}x"#, 0, "only spaces"),
        (#"{"a""#, 0, "expected ':'"),
        (#"{"a"#, 0, "not closed"), (#"{"#, 0, "expected a string"), (#"{"a":}"#, 0, "expected a number"),
        (#"{a:1}"#, 0, "expected a string"),
        (#"{"w":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown type 'f32'"),
        (#"{"w":{"dtype":"","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown type ''"),
        (#"{"w":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}"#, 4, "needs dtype"),
        (#"{"w":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}"#, 4, "needs dtype"),
        (#"{"w":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4, "no list of numbers"),
        (#"{"w":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}"#, 4, "no list of numbers"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "no pair of numbers"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4, "no pair of numbers"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":["0","4"]}}"#, 4, "no pair of numbers"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":4}}"#, 4, "needs dtype"),
        (#"{"w":{"dtype":"F32","shape":[],"data_offsets":[0,0]}}"#, 0, "its shape needs 4"),
        (#"{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,4]}}"#, 4, "its shape needs 0"),
        (#"{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}"#, 4, "its shape needs 8"),
        (#"{"w":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,4]}}"#, 4, "size overflows"),
        (#"{"w":{"dtype":"F32","shape":[1e3],"data_offsets":[0,4000]}}"#, 4, "expected ','"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "not negative"),
        (
            #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775804,9223372036854775807]}}"#, 4,
            "its shape"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
            12, "'b' starts at byte 4, not at 8"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
            12, "'b' starts at byte 8, not at 4"
        ),
        (
            #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            8, "'b' starts at byte 4, not at 0"
        ),
        (#"{"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "'dtype' occurs twice"),
        (#"{"__metadata__":{"a":"x","a":"y"}}"#, 0, "'a' occurs twice"),
        (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "'__metadata__' occurs twice"),
        (#"{"__metadata__":"a"}"#, 0, "no JSON object"), (#"{"__metadata__":{"a":{"b":"c"}}}"#, 0, "no string"),
        (#"{"__metadata__":{"a":null}}"#, 0, "expected a number"), (#"{"w":null}"#, 0, "expected a number"),
        (#"{"w":true}"#, 0, "expected a number"), (#"{"w":"F32"}"#, 0, "needs dtype"), (#"{"w":[]}"#, 0, "needs dtype"),
        (#"{"w":{}}"#, 0, "needs dtype"), (#"{"a":1,}"#, 0, "expected a string"), (#"{,}"#, 0, "expected a string"),
        (#"{"a" 1}"#, 0, "expected ':'"), (#"{"a":-1}"#, 0, "not negative"), (#"{"a":"\u12"}"#, 0, "not valid"),
        (#"{'a':1}"#, 0, "expected a string"), (#"{}{}"#, 0, "only spaces"), ("{}\n", 0, "only spaces"),
        (#" {}"#, 0, "does not start with '{'"), (#""#, 0, "does not start with '{'"),
        (#"{}"#, 4, "the tensors account for 0"),
        (#"{}"#, 0, "no digest"), (#"{"__metadata__":{"sha256":"00"}}"#, 0, "do not match their digest"),
    ])
    func namesTheBrokenRule(header: String, payload: Int, message: String) {
        let error = #expect(throws: ModelFileError.self) { try Safetensors(decoding: Self.file(header, payload)) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
    }

    /// Headers that are no text: each byte that cannot stand in UTF-8, or not in JSON.
    @Test(arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0x80], [0x0A], [0x00], [0x1F]] as [[UInt8]])
    func refusesHeadersThatAreNoText(bytes: [UInt8]) {
        let text = Array(#"{"__metadata__":{"a":""#.utf8) + bytes + Array(#""}}"#.utf8)
        var file: [UInt8] = []
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { file += $0 }
        let error = #expect(throws: ModelFileError.self) { try Safetensors(decoding: file + text) }
        #expect(error?.message.hasPrefix("the header is not valid at byte ") == true)
    }

    /// Thousands of tensors are a denial of service, not a model.
    @Test func refusesTooManyTensors() {
        let entries = (0..<5000).map { #""t\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"# }
        let error = #expect(throws: ModelFileError.self) {
            try Safetensors(decoding: Self.file("{\(entries.joined(separator: ","))}", 0))
        }
        #expect(error?.message == "there are 5000 tensors, more than the 4096 allowed")
    }

    /// So are headers of millions of numbers, each of which takes many times its text in memory.
    @Test func refusesTooManyValues() {
        let text = #"{"w":{"dtype":"F32","shape":[\#(String(repeating: "1,", count: 200_000))1],"data_offsets":[0,4]}}"#
        let error = #expect(throws: ModelFileError.self) { try Safetensors(decoding: Self.file(text, 4)) }
        #expect(error?.message.hasSuffix("there are more than 131072 values") == true)
    }

    /// The writer throws what the reader would.
    @Test func writesNothingThatItWouldRefuse() {
        func tensor(_ name: String, _ shape: [Int] = [1], _ value: Float = 1) -> Safetensors.Tensor {
            .init(name: name, shape: shape, values: .float([value]))
        }
        for (tensors, message) in [
            ((0..<5000).map { tensor("t\($0)") }, "there are 5000 tensors, more than the 4096 allowed"),
            ([tensor("w"), tensor("w")], "two tensors are named 'w'"),
            ([tensor("__metadata__")], "two tensors are named '__metadata__'"),
            ([tensor("w", [1, 1, 1, 1, 1])], "tensor 'w' has 5 dimensions, more than 4"),
            ([tensor("w", [1], .infinity)], "tensor 'w' holds a NaN or an infinity at element 0"),
        ] {
            let error = #expect(throws: ModelFileError.self) {
                try Safetensors(metadata: [:], tensors: tensors).encoded()
            }
            #expect(error?.message == message)
        }
        let long = Safetensors(metadata: ["a": String(repeating: "x", count: 100_000_001)], tensors: [])
        let error = #expect(throws: ModelFileError.self) { try long.encoded() }
        #expect(error?.message == "the header claims 100000001 bytes, more than the 100000000 allowed")
    }

    @Test func refusesHeadersThatLieAboutTheirLength() {
        for length in [UInt64.max, 1 << 40, 100_000_001, 100_000_000, 2 << 20, 100] {
            var bytes = Self.file("{}", 0)
            withUnsafeBytes(of: length.littleEndian) { bytes.replaceSubrange(0..<8, with: $0) }
            #expect(throws: ModelFileError.self) { try Safetensors(decoding: bytes) }
        }
        #expect(throws: ModelFileError.self) { try Safetensors(decoding: [1, 2, 3]) }
    }

    @Test func refusesNumbersThatAreNotFinite() {
        for bad in [Float.nan, .infinity] {
            let file = Safetensors(metadata: [:], tensors: [.init(name: "w", shape: [3], values: .float([1, bad, 2]))])
            let error = #expect(throws: ModelFileError.self) { try Safetensors(decoding: file.encodedUnchecked()) }
            #expect(error?.message == "tensor 'w' holds a NaN or an infinity at element 1")
        }
    }

    private static func file(_ header: String, _ payload: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes += $0 }
        return bytes + Array(header.utf8) + [UInt8](repeating: 0, count: payload)
    }
}
