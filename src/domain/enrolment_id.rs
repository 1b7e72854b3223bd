/// A random name of one enrolment, by which what a policy remembers is tied to it: whoever enrols
/// again gets another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolmentId(pub [u8; 16]);
